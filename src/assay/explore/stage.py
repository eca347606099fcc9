"""The stage on which every explorer performs: prepare, send, settle.

What is sent goes over the line (`line`), what comes back is judged, remembered and reported in `settling`, what was
learnt stands in `knowledge`, and what was seen broken is confirmed, shortened and told in `telling`.

Several histories may be under way at once (`ensemble`). Each has a thread of its own, which asks and judges; what it
has to tell the run it keeps (`History.later`) until its turn comes, so that the log, the report and whatever is asked
next do not depend on which of them was answered first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, count

from assay.evidence.redact import Policy
from assay.explore.access import Accesses
from assay.explore.canary import Canary
from assay.explore.crew import Halted
from assay.explore.drill import Drill
from assay.explore.ensemble import Ensemble
from assay.explore.hands import Hands
from assay.explore.history import History, Performed
from assay.explore.knowledge import Knowledge
from assay.explore.line import Line, TargetDown
from assay.explore.preparation import Forbids, Obstacle, Preparation, nothing
from assay.explore.race import Ready, blinded, groups
from assay.explore.references import Needless
from assay.explore.register import Keep, Register
from assay.explore.settling import Settling
from assay.explore.shrink import Simpler, as_it_is
from assay.explore.telling import Telling
from assay.explore.waiting import PATIENT, POLLS, Patience, interval
from assay.inputs.fresh import Freshener
from assay.inputs.marker import Marker
from assay.judge.judge import Judge
from assay.model.case import Case, Script
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.event import Noted
from assay.ports import CannotSend, Clock, Relief, Send, Sink


class Stage:
    """Performs cases against one API of one target. One explorer at a time; `play_all` brings its own threads."""

    def __init__(self, api: Api, judge: Judge, send: Send, sink: Sink, clock: Clock, policy: Policy, seed: int,
                 *, has_credentials: bool = True, patience: Patience = PATIENT, ledger: Keep | None = None,
                 in_flight: int = 1, shrinking: int = 300, tries: int = 2, simpler: Simpler = as_it_is,
                 numbers: Iterator[int] | None = None, confirming: bool = True,
                 forbids: Forbids = nothing, prefix: str = "", relief: Relief | None = None) -> None:  # fmt: skip
        """`ledger` is told of every instance as it is made and as it changes.

        At most `in_flight` requests are under way at a time. `shrinking` requests may be spent on making one failure's
        history shorter, with what `simpler` offers for its requests. `numbers` counts the requests of the whole run.
        Without `confirming`, what is seen broken is not tried again. `forbids` says what is not to be asked.
        Names of what is made begin with `prefix`, where they may. `relief` is asked before each history.
        """
        self.api = api
        #: why the last case of the last history could not be sent; empty when it was
        self.obstacle = ""
        self._sink, self._clock, self._patience = sink, clock, patience
        self._confirming = confirming
        self._keys, self._mark = count(1), ""
        self._register = Register(api, ledger) if ledger is not None else None
        self._marker = Marker(api, prefix)
        freshener = Freshener(api, self._marker if prefix else None)
        self._line = Line(send, clock)
        self._knowledge = Knowledge(api, seed)
        self._preparation = Preparation(
            api,
            self._line,
            self._knowledge,
            clock,
            patience,
            seed,
            freshener,
            has_credentials=has_credentials,
            forbids=forbids,
        )
        self._settling = Settling(
            judge,
            policy,
            self._knowledge,
            self._line,
            Drill(api, judge, self.perform_all),
            Canary(api, judge, self._line, self._knowledge, freshener, seed, self._register),
            self._register,
            sink,
            numbers or count(1),
        )
        self._telling = Telling(
            self._knowledge,
            self.perform_all,
            sink,
            clock,
            patience,
            shrinking=shrinking,
            simpler=simpler,
            tries=tries,
        )
        self._ensemble = Ensemble(self, self._knowledge)
        self._hands = Hands(api, self._knowledge, in_flight, relief, has_credentials=has_credentials)

    @property
    def requests(self) -> Counter[str]:
        """Requests made, by explorer."""
        return self._settling.requests

    @property
    def reached(self) -> bool:
        """True once the target has answered anything at all."""
        return self._settling.reached

    @property
    def told(self) -> dict[str, int]:
        """Fingerprint -> length of the shortest history told."""
        return self._telling.told

    @property
    def knocked(self) -> bool:
        """True once something that needs credentials was asked, with them or in vain for want of them."""
        return self._preparation.knocked

    @property
    def unmarked(self) -> tuple[str, ...]:
        """What does not bear the prefix, in words."""
        return self._marker.remarks()

    @property
    def accesses(self) -> Accesses:
        """Whose credentials the target has accepted."""
        return self._knowledge.accesses

    def mark(self, mark: str) -> None:
        """Makes up for the histories to come what no stage with another mark makes up; nothing changes without one."""
        if mark:
            self._keys, self._mark = count(1), mark

    # -- performing ----------------------------------------------------------------------------------------------

    def play(self, cases: Sequence[Case]) -> list[Performed]:
        """Performs cases as one history and confirms each new violation. Stops at a case that cannot be performed.

        Raises `TargetDown`.
        """
        self.relieve()
        return list(self._one(cases).performed)

    def relieve(self) -> None:
        """Ends what earlier histories left, where that is more than the target is to bear. Between histories only.

        Raises `TargetDown`.
        """
        self._hands.relieve()

    def play_all(self, scripts: Iterable[Script]) -> Iterator[tuple[Script, History]]:
        """Plays scripts that do not depend on one another, several at once; each with how it went, in their order.

        The drill of a law ends with the step that shows the law broken.

        What is asked, judged and told is the same however many are under way. Scripts that others could disturb
        (`undisturbed`) are played by themselves, after the rest. New violations are confirmed one request at a time,
        once nothing else is under way. Raises `TargetDown`.
        """
        alone: list[Script] = []
        shared = self._apart(scripts, alone)
        for script in shared:
            self.relieve()
            if (hands := self._hands.count()) > 1:
                yield from self._ensemble.play(chain((script,), self._hands.while_many_may(shared)), hands)
                continue
            self._hands.begins()
            yield script, self._one(script.steps, until_law=script.drills)
        for script in alone:
            self.relieve()
            yield script, self._one(script.steps, until_law=script.drills)

    def _apart(self, scripts: Iterable[Script], alone: list[Script]) -> Iterator[Script]:
        """The scripts that may be under way beside others; the rest is put into `alone`."""
        for script in scripts:
            if self.undisturbed(script):
                alone.append(script)
            else:
                yield script

    def undisturbed(self, script: Script) -> bool:
        """True for a script that nothing may be under way beside.

        A race wants the target for itself. Where waiting moves the target's clock, all that lives there grows older.
        What a law looks at outside of the instances of its drill, others may be changing. And what another principal is
        answered depends on whether he was let in before.
        """
        return any(
            case.together
            or case.principal
            or (self._patience.free and (case.wait or case.poll))
            or (case.law and case.subject is None)
            for case in script.steps
        )

    def _one(self, cases: Sequence[Case], *, until_law: bool = False) -> History:
        """One history by itself, told at once."""
        history = self.begin()
        try:
            self.perform_all(history, cases, until_law=until_law)
        except TargetDown:
            self.tell_all(history, confirm=False)
            raise
        finally:
            self.obstacle = history.obstacle
        self.tell_all(history)
        return history

    def tell_all(self, history: History, *, confirm: bool = True) -> None:
        """Reports all that a history shows broken. Raises `TargetDown`."""
        obstacle = self.obstacle
        for one in tuple(history.performed):
            if one.fingerprints:
                self.tell(one, history, confirm=confirm)
        self.obstacle = obstacle  # and not what stood in the way of trying something again

    def begin(self, *, later: bool = False) -> History:
        """A new history; what it has to tell is told at once, or kept for later."""
        return History(key=f"{self._mark}{next(self._keys)}", later=[] if later else None)

    def perform_all(self, history: History, cases: Sequence[Case], *, until_law: bool = False) -> bool:
        """Sends the cases in order; False when one could not be sent, after which none is.

        With `until_law` it also ends, as done, with the step that shows a law broken: what follows says no more.
        Raises `TargetDown`.
        """
        for group in groups(cases):
            if history.halted():
                raise Halted("the run is ending")
            one = self.perform_at_once(history, group) if len(group) > 1 else self.perform(history, group[0])
            if one is None and history.needless:
                continue
            if one is None:
                return False
            if group[0].poll:
                one = self._until_it_comes(history, one)
            if until_law and any("/law/" in v.clause for v in one.judgement.violated):
                break
        return True

    def _until_it_comes(self, history: History, one: Performed) -> Performed:
        """Asks again until what was promised has come, or should have. Raises `TargetDown`."""
        pending = one.judgement.pending
        pause = interval(*pending) if pending is not None else 0.0
        for _ in range(POLLS):
            if one.judgement.pending is None:
                break
            case = one.step.case
            dear = self._patience.obstacle(case, one.judgement.pending[1] + pause)
            if dear:
                aim = (case.aim,) if case.aim else ()
                history.tells(partial(self.note, "skipped", f"it had not come yet: {dear}", aim))
                break
            later = self.perform(history, replace(case, wait=pause))
            if later is None:
                break
            one = later
        return one

    def perform(self, history: History, case: Case) -> Performed | None:
        """Sends one case and judges it. None when it cannot be sent: its instance was never made, or it hangs.

        Raises `TargetDown`, also when the target stopped accepting our credentials.
        """
        ready = self._prepare(history, case)
        if ready is None:
            return None
        if case.wait:
            self._clock.sleep(case.wait)
        if not self._knowledge.creates(case):
            return self._exchange(history, ready)
        with self._knowledge.ids.creating():
            return self._exchange(history, ready)

    def _exchange(self, history: History, ready: Ready) -> Performed | None:
        called = self._clock.monotonic()
        self._begins(ready.case)
        try:
            exchange = self._line.exchange(ready.request)
        except CannotSend as error:
            self._never(ready.case)
            self._unsendable(history, ready.case, error)
            return None
        except TargetDown as error:
            if not error.perhaps:
                self._never(ready.case)
            raise
        if history.later is None:
            self._hands.waited(exchange.elapsed)
        return self._settling(history, ready, exchange, (called, self._clock.monotonic()))

    def perform_at_once(self, history: History, cases: Sequence[Case]) -> Performed | None:
        """Sends the cases at once and judges them; the last of them, with which the law judges them all.

        None when one of them cannot be sent: then none is. Where an instance is afterwards is for the law to say: the
        model has lost track of it. Raises `TargetDown`, but not before all answers are judged.
        """
        runners = []
        for case in cases:
            ready = self._prepare(history, case)
            if ready is not None:
                runners.append(blinded(ready))
            elif not history.needless:
                return None
        history.needless = not runners
        if not runners:
            return None
        for ready in runners:
            self._begins(ready.case)
        try:
            raced = self._line.race(runners)
        except CannotSend as error:
            for ready in runners:
                self._never(ready.case)
            self._unsendable(history, cases[0], error)
            return None
        one: Performed | None = None
        down: TargetDown | None = None
        for ready, lane in zip(runners, raced, strict=True):
            try:
                one = self._settling(history, ready, lane.run.exchange, lane.window, lane)
            except TargetDown as error:
                down = down or error
        if down is not None:
            raise down
        self._line.heard([lane.run.exchange for lane in raced])
        return one

    def _begins(self, case: Case) -> None:
        if self._register is not None:
            self._register.begins(case)

    def _never(self, case: Case) -> None:
        if self._register is not None:
            self._register.never(case)

    def _prepare(self, history: History, case: Case) -> Ready | None:
        """The request of a case; None when it cannot be sent."""
        history.needless, history.obstacle = False, ""
        history.key = history.key or f"{self._mark}{next(self._keys)}"
        try:
            return self._preparation(history, case)
        except Needless:
            history.needless = True
        except Obstacle as error:
            history.obstacle = str(error)
        except CannotSend as error:
            self._unsendable(history, case, error)
        finally:
            if history.later is None:
                self.obstacle = history.obstacle
        return None

    def _unsendable(self, history: History, case: Case, error: CannotSend) -> None:
        told = f"{case.operation} ({case.title}) was not sent: {error}"
        history.tells(partial(self.note, "skipped", told, (case.aim,) if case.aim else ()))

    # -- reporting -----------------------------------------------------------------------------------------------

    def tell(self, performed: Performed, history: History, *, confirm: bool = True) -> None:
        """Reports the violations of a step with their shortest history, after trying them again.

        Raises `TargetDown` when the target goes down meanwhile, but not before all that was seen is reported.
        """
        self._telling(performed, history, confirm=confirm and self._confirming)

    def note(self, kind: str, text: str, clauses: Sequence[str] = ()) -> None:
        """Leaves a remark for the reader of the report."""
        self._sink(Noted(kind, text, tuple(clauses)))


__all__ = ["Performed", "Stage", "TargetDown"]
