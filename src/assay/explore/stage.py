"""The stage on which every explorer performs: prepare, send, judge, remember, report.

What is sent goes over the line (`line`), what was learnt stands in `knowledge`, laws have their say in `drill`, and
what was seen broken is confirmed, shortened and told in `telling`.

Several histories may be under way at once (`ensemble`). Each has a thread of its own, which asks and judges; what it
has to tell the run it keeps (`History.later`) until its turn comes, so that the log, the report and whatever is asked
next do not depend on which of them was answered first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, count
from statistics import median

from assay.evidence.redact import Policy, redact, redact_verdicts
from assay.explore.access import Accesses
from assay.explore.canary import Canary
from assay.explore.crew import Halted
from assay.explore.drill import Drill
from assay.explore.ensemble import Ensemble
from assay.explore.history import History, Performed
from assay.explore.knowledge import Knowledge
from assay.explore.line import CredentialsLost, Line, TargetDown
from assay.explore.preparation import Forbids, Obstacle, Preparation, nothing
from assay.explore.race import Lane, Ready, blinded, groups
from assay.explore.references import Needless
from assay.explore.register import Keep, Register
from assay.explore.shrink import Simpler, as_it_is
from assay.explore.telling import Telling
from assay.explore.waiting import PATIENT, POLLS, Patience, interval
from assay.inputs.fresh import Freshener
from assay.judge.judge import Judge
from assay.machine.expression import Scope
from assay.model.case import Case, Exchange, Script
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.event import Noted, Step, StepJudged
from assay.model.fingerprint import fingerprint
from assay.model.terms import Span
from assay.model.verdict import Judgement, Verdict, VerdictKind
from assay.ports import CannotSend, Clock, Send, Sink

#: latencies that are remembered, to know how many requests have to be under way to keep a core busy
_LATENCIES = 32
#: seconds of a core that one request takes, roughly: where the answer comes sooner, more hands are no help
_WORK = 0.0005
#: histories that are played one after another before several are, while nothing is known of the target
_FIRST = 10


class Stage:
    """Performs cases against one API of one target. One explorer at a time; `play_all` brings its own threads."""

    def __init__(self, api: Api, judge: Judge, send: Send, sink: Sink, clock: Clock, policy: Policy, seed: int,
                 *, has_credentials: bool = True, patience: Patience = PATIENT, ledger: Keep | None = None,
                 in_flight: int = 1, shrinking: int = 300, tries: int = 2, simpler: Simpler = as_it_is,
                 numbers: Iterator[int] | None = None, confirming: bool = True,
                 forbids: Forbids = nothing) -> None:  # fmt: skip
        """`ledger` is told of every instance as it is made and as it changes.

        At most `in_flight` requests are under way at a time. `shrinking` requests may be spent on making one failure's
        history shorter, with what `simpler` offers for its requests. `numbers` counts the requests of the whole run.
        Without `confirming`, what is seen broken is not tried again. `forbids` says what is not to be asked.
        """
        self.api = api
        #: requests made, by explorer
        self.requests: Counter[str] = Counter()
        #: True once the target has answered anything at all
        self.reached = False
        #: why the last case of the last history could not be sent; empty when it was
        self.obstacle = ""
        self._judge, self._sink, self._clock = judge, sink, clock
        self._policy, self._patience = policy, patience
        self._in_flight, self._confirming = in_flight, confirming
        self._numbers = numbers or count(1)
        self._keys, self._mark = count(1), ""
        #: histories begun by `play_all`
        self._begun = 0
        self._latencies: list[float] = []
        self._register = Register(api, ledger) if ledger is not None else None
        freshener = Freshener(api)
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
        self._canary = Canary(api, judge, self._line, self._knowledge, freshener, seed, self._register)
        self._drill = Drill(api, judge, self.perform_all)
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
        self._cycles = tuple(cycle.name for cycle in api.lifecycles)
        self._secured = has_credentials and any(operation.secured for operation in api.operations)

    @property
    def told(self) -> dict[str, int]:
        """Fingerprint -> length of the shortest history told."""
        return self._telling.told

    @property
    def knocked(self) -> bool:
        """True once something that needs credentials was asked, with them or in vain for want of them."""
        return self._preparation.knocked

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
        return list(self._one(cases).performed)

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
            if (hands := self._hands()) > 1:
                yield from self._ensemble.play(chain((script,), shared), hands)
                break
            self._begun += 1
            yield script, self._one(script.steps, until_law=script.drills)
        for script in alone:
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

    def _hands(self) -> int:
        """How many histories should be under way: as many as it takes for somebody always to have an answer."""
        if self._in_flight == 1 or not self._latencies:
            return 1
        if self._begun < _FIRST and not self._knowledge.settled(self._cycles, secured=self._secured):
            return 1
        return min(self._in_flight, max(1, round(median(self._latencies) / _WORK)))

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
        if history.later is None and len(self._latencies) < _LATENCIES:
            self._latencies.append(exchange.elapsed)
        return self._settle(history, ready, exchange, (called, self._clock.monotonic()))

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
                one = self._settle(history, ready, lane.run.exchange, lane.window, lane)
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

    # -- judging -------------------------------------------------------------------------------------------------

    def _settle(self, history: History, ready: Ready, exchange: Exchange, window: tuple[float, float],
                lane: Lane | None = None) -> Performed:  # fmt: skip
        """Judges what came of a request, remembers and reports it; in a race the law speaks with its last one."""
        situation = ready.situation.when(Span(*window))
        ready = Ready(ready.case, situation, ready.request)
        judgement, scope, locked_out = self._judged(history, ready, exchange)
        step = self._step(history, ready, exchange, judgement, lane)
        before = self._judge.before(ready.case, situation)
        most = lane.most if lane is not None else 0
        law: tuple[Verdict, ...] = ()
        if ready.case.law and (lane is None or lane.last):
            so_far = Performed(step, judgement, (), exchange, scope, situation.instance, before, window, most)
            law = self._drill.verdicts(history, so_far.seen)
        verdicts = redact_verdicts((*judgement.verdicts, *law) if law else judgement.verdicts, self._policy)
        if verdicts is not judgement.verdicts:
            judgement = replace(judgement, verdicts=verdicts)
        marks = _marks(step, judgement)
        one = Performed(step, judgement, marks, exchange, scope, situation.instance, before, window, most)
        history.update(ready.case, judgement)
        history.steps.append(step)
        history.performed.append(one)
        if history.later is None:
            self._take(history, one, locked_out=locked_out)
            return one
        place = len(history.performed) - 1
        history.later.append(partial(self._take_later, history, place, ready, law, locked_out=locked_out))
        return one

    def _take_later(
        self, history: History, place: int, ready: Ready, law: Sequence[Verdict], *, locked_out: bool
    ) -> None:
        self._take(history, self._in_view_of_all(history, place, ready, law), locked_out=locked_out)

    def _take(self, history: History, one: Performed, *, locked_out: bool) -> None:
        """What a step means for the run: it is reported and learnt from. Raises `TargetDown`."""
        self._report(one.step, one.judgement, reached=one.exchange.response is not None)
        self._learn(history, one.step, one.exchange, one.judgement)
        if locked_out:
            self._lock_out(one.step.case.principal)

    def _in_view_of_all(
        self, history: History, place: int, ready: Ready, law: Sequence[Verdict]
    ) -> Performed:
        """The step with what nobody could know while others were under way: its number, and who had its id first."""
        one = history.performed[place]
        judgement = one.judgement
        if judgement.issued is not None and self._issued_meanwhile(ready, judgement.issued):
            issued = self._knowledge.issued(ready.case.operation)
            again = self._judge(ready.case, replace(ready.situation, issued=issued), one.exchange)
            judgement = replace(again, verdicts=redact_verdicts((*again.verdicts, *law), self._policy))
        name = self._knowledge.name(ready.case, judgement.issued or ready.situation.instance)
        if name != one.step.instance or judgement is not one.judgement:
            step = replace(one.step, instance=name, after="/".join(sorted(judgement.states)))
            one = replace(one, step=step, judgement=judgement, fingerprints=_marks(step, judgement))
            history.steps[place], history.performed[place] = step, one
        return one

    def _issued_meanwhile(self, ready: Ready, issued: str) -> bool:
        """True when another history was given that id, of which this one could not know."""
        return issued not in ready.situation.issued and issued in self._knowledge.issued(ready.case.operation)

    def _judged(self, history: History, ready: Ready, exchange: Exchange) -> tuple[Judgement, Scope, bool]:
        """The judgement, what can be said of the exchange, and whether it shows that nobody is let in any more."""
        case, situation = ready.case, ready.situation
        judgement, scope = self._judge.examine(case, situation, exchange)
        if self._register is not None:
            self._register(case, situation, judgement, exchange)
        broken = any(v.kind is VerdictKind.VIOLATED for v in judgement.verdicts)
        locked_out = broken and self._canary.locked_out(case, exchange, history.salt)
        if locked_out:
            judgement = self._judge(case, replace(situation, credentials_proven=False), exchange)
        return judgement, scope, locked_out

    def _step(
        self, history: History, ready: Ready, exchange: Exchange, judgement: Judgement, lane: Lane | None
    ) -> Step:
        situation = ready.situation
        # instances are numbered in the order in which their histories are taken
        named = history.later is None
        step = Step(
            ready.case,
            redact(exchange, self._policy),
            "/".join(sorted(situation.states)),
            "/".join(sorted(judgement.states)),
            self._knowledge.name(ready.case, judgement.issued or situation.instance) if named else "",
        )
        return step if lane is None else replace(step, window=lane.relative, overlap=lane.most)

    # -- reporting -----------------------------------------------------------------------------------------------

    def _report(self, step: Step, judgement: Judgement, *, reached: bool) -> None:
        self.requests[step.case.origin] += 1
        self.reached = self.reached or reached
        self._sink(StepJudged(next(self._numbers), step, judgement.verdicts, judgement.undocumented))

    def _learn(self, history: History, step: Step, exchange: Exchange, judgement: Judgement) -> None:
        self._knowledge.learn(history, step, exchange, judgement)
        if remark := self._line.learn(step.case.operation, exchange):
            self.note("early-stop", remark)

    def _lock_out(self, principal: str) -> None:
        """Goes on without a principal who is not let in any more. Raises `CredentialsLost` when it is the usual one."""
        if not principal:
            raise CredentialsLost("it stopped accepting our credentials")
        self.accesses.of(principal).lost = True
        self.note("credentials", f"the target stopped accepting the credentials of {principal}")

    def tell(self, performed: Performed, history: History, *, confirm: bool = True) -> None:
        """Reports the violations of a step with their shortest history, after trying them again.

        Raises `TargetDown` when the target goes down meanwhile, but not before all that was seen is reported.
        """
        self._telling(performed, history, confirm=confirm and self._confirming)

    def note(self, kind: str, text: str, clauses: Sequence[str] = ()) -> None:
        """Leaves a remark for the reader of the report."""
        self._sink(Noted(kind, text, tuple(clauses)))


def _marks(step: Step, judgement: Judgement) -> tuple[str, ...]:
    """The fingerprint of each broken promise, in order."""
    broken = [v for v in judgement.verdicts if v.kind is VerdictKind.VIOLATED]
    return tuple(fingerprint(v.clause, step.case.operation, step.state, v.facet) for v in broken)


__all__ = ["Performed", "Stage", "TargetDown"]
