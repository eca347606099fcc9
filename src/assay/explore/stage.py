"""The stage on which every explorer performs: prepare, send, judge, remember, report.

What is sent goes over the line (`line`), what was learnt stands in `knowledge`, laws have their say in `drill`, and
what was seen broken is confirmed, shortened and told in `telling`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from assay.evidence.redact import Policy, redact, redact_verdicts
from assay.explore.access import Accesses
from assay.explore.canary import Canary
from assay.explore.drill import Drill, as_seen
from assay.explore.history import History, Performed
from assay.explore.knowledge import Knowledge
from assay.explore.line import CredentialsLost, Line, TargetDown
from assay.explore.preparation import Obstacle, Preparation
from assay.explore.race import Lane, Ready, blinded, groups
from assay.explore.references import Needless
from assay.explore.register import Keep, Register
from assay.explore.telling import Telling
from assay.explore.waiting import PATIENT, POLLS, Patience, interval
from assay.inputs.fresh import Freshener
from assay.judge.judge import Judge
from assay.laws.terms import Seen
from assay.model.case import Case, Exchange
from assay.model.contract import Api
from assay.model.event import Noted, Step, StepJudged
from assay.model.fingerprint import fingerprint
from assay.model.terms import Span
from assay.model.verdict import Judgement
from assay.ports import CannotSend, Clock, Send, Sink


class Stage:
    """Performs cases against one API of one target. Not thread-safe: one explorer at a time."""

    def __init__(self, api: Api, judge: Judge, send: Send, sink: Sink, clock: Clock, policy: Policy, seed: int,
                 *, has_credentials: bool = True, patience: Patience = PATIENT,
                 ledger: Keep | None = None) -> None:  # fmt: skip
        """`ledger` is told of every instance as it is made and as it changes."""
        self.api = api
        #: requests made, by explorer
        self.requests: Counter[str] = Counter()
        #: True once the target has answered anything at all
        self.reached = False
        #: why the last case could not be sent; empty when it was
        self.obstacle = ""
        #: True when the last case was left out because what it goes on from has come to its end
        self.needless = False
        self._judge, self._sink, self._clock = judge, sink, clock
        self._policy, self._patience = policy, patience
        self._number = 0
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
        )
        self._canary = Canary(api, judge, self._line, self._knowledge, freshener, seed, self._register)
        self._drill = Drill(api, judge, self.perform_all)
        self._telling = Telling(self._knowledge, self.perform_all, sink, clock, patience)

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

    # -- performing ----------------------------------------------------------------------------------------------

    def play(self, cases: Sequence[Case]) -> list[Performed]:
        """Performs cases as one history and confirms each new violation. Stops at a case that cannot be performed.

        Raises `TargetDown`.
        """
        history = History()
        try:
            self.perform_all(history, cases)
        except TargetDown:
            for one in history.performed:
                self.tell(one, history, confirm=False)
            raise
        performed, obstacle = list(history.performed), self.obstacle
        for one in performed:
            self.tell(one, history)
        self.obstacle = obstacle  # and not what stood in the way of trying something again
        return performed

    def perform_all(self, history: History, cases: Sequence[Case], *, until_law: bool = False) -> bool:
        """Sends the cases in order; False when one could not be sent, after which none is.

        With `until_law` it also ends, as done, with the step that shows a law broken: what follows says no more.
        Raises `TargetDown`.
        """
        for group in groups(cases):
            one = self.perform_at_once(history, group) if len(group) > 1 else self.perform(history, group[0])
            if one is None and self.needless:
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
                self.note("skipped", f"it had not come yet: {dear}", (case.aim,) if case.aim else ())
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
        with self._watching([case]):
            called = self._clock.monotonic()
            try:
                exchange = self._line.exchange(ready.request)
            except CannotSend as error:
                self._unsendable(case, error)
                return None
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
            elif not self.needless:
                return None
        self.needless = not runners
        if not runners:
            return None
        try:
            with self._watching([ready.case for ready in runners]):
                raced = self._line.race(runners)
        except CannotSend as error:
            self._unsendable(cases[0], error)
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

    def _watching(self, cases: Sequence[Case]) -> AbstractContextManager[None]:
        return nullcontext() if self._register is None else self._register.watching(cases)

    def _prepare(self, history: History, case: Case) -> Ready | None:
        """The request of a case; None when it cannot be sent."""
        self.needless, self.obstacle = False, ""
        try:
            return self._preparation(history, case, self._number)
        except Needless:
            self.needless = True
        except Obstacle as error:
            self.obstacle = str(error)
        except CannotSend as error:
            self._unsendable(case, error)
        return None

    def _unsendable(self, case: Case, error: CannotSend) -> None:
        told = f"{case.operation} ({case.title}) was not sent: {error}"
        self.note("skipped", told, (case.aim,) if case.aim else ())

    # -- judging -------------------------------------------------------------------------------------------------

    def _settle(self, history: History, ready: Ready, exchange: Exchange, window: tuple[float, float],
                lane: Lane | None = None) -> Performed:  # fmt: skip
        """Judges what came of a request, remembers and reports it; in a race the law speaks with its last one."""
        ready = replace(ready, situation=replace(ready.situation, asked=Span(*window)))
        judgement, seen, locked_out = self._judged(ready, exchange, window)
        if lane is not None:
            seen = replace(seen, overlap=lane.most)
        law = self._drill.verdicts(history, seen) if lane is None or lane.last else ()
        verdicts = redact_verdicts((*judgement.verdicts, *law), self._policy)
        judgement = replace(judgement, verdicts=verdicts)
        step = self._step(ready, exchange, judgement, lane)
        self._report(step, judgement, reached=exchange.response is not None)
        history.update(ready.case, judgement)
        history.steps.append(step)
        marks = tuple(
            fingerprint(v.clause, step.case.operation, step.state, v.facet) for v in judgement.violated
        )
        self._learn(history, step, exchange, judgement)
        if locked_out:
            self._lock_out(step.case.principal)
        one = Performed(step, judgement, marks, exchange, seen.scope, seen)
        history.performed.append(one)
        return one

    def _judged(
        self, ready: Ready, exchange: Exchange, window: tuple[float, float]
    ) -> tuple[Judgement, Seen, bool]:
        """The judgement, the step as laws see it, and whether it shows that nobody is let in any more."""
        case, situation = ready.case, ready.situation
        judgement, scope = self._judge.examine(case, situation, exchange)
        if self._register is not None:
            self._register(case, situation, judgement, exchange)
        locked_out = bool(judgement.violated) and self._canary.locked_out(case, exchange, self._number)
        if locked_out:
            judgement = self._judge(case, replace(situation, credentials_proven=False), exchange)
        seen = as_seen(case, situation, exchange, scope, judgement, window)
        return judgement, replace(seen, before=self._judge.before(case, situation)), locked_out

    def _step(self, ready: Ready, exchange: Exchange, judgement: Judgement, lane: Lane | None) -> Step:
        situation = ready.situation
        step = Step(
            ready.case,
            redact(exchange, self._policy),
            "/".join(sorted(situation.states)),
            "/".join(sorted(judgement.states)),
            self._knowledge.name(ready.case, judgement.issued or situation.instance),
        )
        return step if lane is None else replace(step, window=lane.relative, overlap=lane.most)

    # -- reporting -----------------------------------------------------------------------------------------------

    def _report(self, step: Step, judgement: Judgement, *, reached: bool) -> None:
        self.requests[step.case.origin] += 1
        self.reached = self.reached or reached
        self._number += 1
        self._sink(StepJudged(self._number, step, judgement.verdicts, judgement.undocumented))

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
        self._telling(performed, history, confirm=confirm)

    def note(self, kind: str, text: str, clauses: Sequence[str] = ()) -> None:
        """Leaves a remark for the reader of the report."""
        self._sink(Noted(kind, text, tuple(clauses)))


__all__ = ["Performed", "Stage", "TargetDown"]
