"""The stage on which every explorer performs: bind, send, judge, remember, report.

It also keeps explorers honest: a target that is down ends the run, an operation that hangs is not asked for ever,
a violation is tried again before it is told, and only its shortest history is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assay.evidence.redact import Policy, redact, redact_verdict
from assay.explore.history import History, Performed
from assay.explore.ids import never_issued
from assay.explore.references import Unresolved, resolve, retarget
from assay.inputs.fresh import Freshener
from assay.inputs.wire import build
from assay.judge.checks.answers import is_environment
from assay.judge.judge import Judge
from assay.judge.situation import Situation
from assay.laws.terms import Seen, Told
from assay.machine.expression import MISSING, Scope
from assay.model.case import Case, Credentials, Exchange, FailureKind, SubjectKind, WireRequest
from assay.model.contract import Api
from assay.model.event import Noted, Step, StepJudged, ViolationFound
from assay.model.fingerprint import fingerprint
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.model.verdict import Judgement, Verdict
from assay.ports import CannotSend, Clock, Send, Sink

#: connection failures in a row, with a pause between, before the target counts as down
_DOWN_AFTER = 3
_PAUSE = 0.3
#: unanswered requests before an operation is left alone: in a row, and in all
_HANGS = 3
_HANGS_IN_ALL = 8
#: a violation is tried again so often before it is told; seconds to wait first when a bad moment could explain it
_PAUSES = (0.3, 1.5)


class TargetDown(Exception):
    """The environment's fault: nobody answers at the target any more."""


class BudgetSpent(TargetDown):
    """The run's time is over: the rest is not tried, and the report says so."""


class CredentialsLost(TargetDown):
    """The environment's fault: what the target accepted before it accepts no longer, a token that expired for one."""


class Stage:
    """Performs cases against one API of one target. Not thread-safe: one explorer at a time."""

    def __init__(self, api: Api, judge: Judge, send: Send, sink: Sink, clock: Clock, policy: Policy, seed: int,
                 *, has_credentials: bool = True) -> None:  # fmt: skip
        self.api = api
        #: requests made, by explorer
        self.requests: Counter[str] = Counter()
        #: True once the target has answered anything at all
        self.reached = False
        #: fingerprint -> length of the shortest history told
        self.told: dict[str, int] = {}
        self._freshener = Freshener(api)
        self._judge, self._send, self._sink, self._clock = judge, send, sink, clock
        self._policy, self._seed = policy, seed
        self._has_credentials = has_credentials
        self._issued: dict[str, set[str]] = {cycle.name: set() for cycle in api.lifecycles}
        self._issuer: dict[str, Step] = {}
        self._first_id: dict[str, str] = {}
        #: why the last case could not be sent; empty when it was
        self.obstacle = ""
        #: True once something that needs credentials was asked, with them or in vain for want of them
        self.knocked = False
        #: True once the target has accepted our credentials
        self.proven = False
        #: a request the target let in, to ask again when it refuses another
        self._accepted: Case | None = None
        self._failures_in_a_row = 0
        #: requests an operation left unanswered, in a row and in all
        self._hangs: Counter[str] = Counter()
        self._hung: Counter[str] = Counter()
        self._number = 0
        self._salt = 0

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
        performed = list(history.performed)
        for one in performed:
            self.tell(one, history)
        return performed

    def perform_all(self, history: History, cases: Sequence[Case], *, until_law: bool = False) -> bool:
        """Sends the cases in order; False when one could not be sent, after which none is.

        With `until_law` it also ends, as done, with the step that shows a law broken: what follows says no more.
        Raises `TargetDown`.
        """
        for case in cases:
            one = self.perform(history, case)
            if one is None:
                return False
            if until_law and any("/law/" in v.clause for v in one.judgement.violated):
                break
        return True

    def perform(self, history: History, case: Case) -> Performed | None:
        """Sends one case and judges it. None when it cannot be sent: its instance was never made, or it hangs.

        Raises `TargetDown`, also when the target stopped accepting our credentials.
        """
        self.obstacle = self._obstacle(history, case)
        if self.obstacle:
            return None
        operation = self.api.operation(case.operation)
        cycle = self.api.lifecycle_of(case.operation)
        case = self._freshener(case, f"{self._seed}/{self._number}")
        situation = self._situation(history, case)
        try:
            case = resolve(case, operation, history)
            request = build(self.api, operation, case, situation.instance or self._unknown_id(case))
            called = self._clock.monotonic()
            exchange = self._exchange(retarget(case, request, history))
            window = (called, self._clock.monotonic())
        except Unresolved as error:
            self.obstacle = f"what it builds on is missing: {error}"
            return None
        except CannotSend as error:
            self.note(
                "skipped",
                f"{case.operation} ({case.title}) was not sent: {error}",
                (case.aim,) if case.aim else (),
            )
            return None
        judgement = self._judge(case, situation, exchange)
        locked_out = bool(judgement.violated) and self._locked_out(case, exchange)
        if locked_out:
            judgement = self._judge(case, replace(situation, credentials_proven=False), exchange)
        scope = self._judge.scope(case, situation, exchange)
        seen = _seen(case, situation, exchange, scope, judgement, window)
        judgement = replace(
            judgement,
            verdicts=tuple(
                redact_verdict(v, self._policy) for v in (*judgement.verdicts, *self._law(history, seen))
            ),
        )
        step = Step(case, redact(exchange, self._policy), "/".join(sorted(situation.states)))
        self.requests[case.origin] += 1
        self.reached = self.reached or exchange.response is not None
        self._number += 1
        self._sink(StepJudged(self._number, step, judgement.verdicts, judgement.undocumented))
        history.update(case, judgement)
        history.steps.append(step)
        fingerprints = tuple(self._fingerprint(case, step, v) for v in judgement.violated)
        self._learn(case, step, exchange, judgement, cycle.name if cycle else None)
        if locked_out:
            raise CredentialsLost("it stopped accepting our credentials")
        one = Performed(step, judgement, fingerprints, exchange, scope, seen)
        history.performed.append(one)
        return one

    def tell(self, performed: Performed, history: History, *, confirm: bool = True) -> None:
        """Reports the violations of a step with their shortest history, after trying them again.

        The steps about the same instance usually tell the story. When they alone do not bring the failure back, another
        instance may have a part in it, and the whole history is tried.

        Raises `TargetDown` when the target goes down meanwhile, but not before all that was seen is reported.
        """
        down: TargetDown | None = None
        for verdict, mark in zip(performed.judgement.violated, performed.fingerprints, strict=True):
            steps = self._story(performed, verdict, history)
            if mark in self.told and self.told[mark] <= len(steps):
                continue
            reproduced = (0, 0)
            if confirm and down is None:
                try:
                    reproduced = self._confirm(steps, mark, verdict.transient)
                    whole = _until(history.steps, performed.step)
                    if not reproduced[0] and len(whole) > len(steps):
                        if mark in self.told and self.told[mark] <= len(whole):
                            continue
                        steps, reproduced = whole, self._confirm(whole, mark, verdict.transient)
                except TargetDown as error:
                    down = error
            self.told[mark] = len(steps)
            self._sink(ViolationFound(mark, verdict, steps, reproduced))
        if down is not None:
            raise down

    def note(self, kind: str, text: str, clauses: Sequence[str] = ()) -> None:
        """Leaves a remark for the reader of the report."""
        self._sink(Noted(kind, text, tuple(clauses)))

    # -- before sending ------------------------------------------------------------------------------------------

    def _obstacle(self, history: History, case: Case) -> str:
        """Why the case cannot be sent; empty when it can."""
        operation = self.api.operation(case.operation)
        valid = operation.secured and case.credentials is Credentials.VALID
        self.knocked = self.knocked or valid
        if valid and not self._has_credentials:
            return "needs credentials: none were given (--auth-env)"
        if self._does_not_answer(case.operation):
            return f"{case.operation} does not answer"
        if (
            case.subject is None
            or case.subject.kind is not SubjectKind.KNOWN
            or history.instance(case) is not None
        ):
            return ""
        if not history.steps:
            return "the instance it needs was not made"
        last = history.steps[-1]
        got = last.evidence.status or last.evidence.failure
        return f"the instance it needs was not made: {last.case.operation} was answered {got}"

    def _situation(self, history: History, case: Case) -> Situation:
        cycle = self.api.lifecycle_of(case.operation)
        issued = self._issued[cycle.name] if cycle else frozenset[str]()
        instance = history.instance(case)
        if instance is not None and history.stranger(case):
            return Situation(frozenset(), instance.id, {}, issued, self.proven, stranger=True)
        if instance is not None:
            return Situation(instance.states, instance.id, instance.values, issued, self.proven)
        if cycle is None or case.subject is None or case.subject.kind is SubjectKind.ARBITRARY:
            return Situation(issued=issued, credentials_proven=self.proven)
        return Situation(frozenset({ABSENT}), None, {}, issued, self.proven)

    def _law(self, history: History, seen: Seen) -> tuple[Verdict, ...]:
        """What the law says whose drill this is a step of."""
        if not seen.case.law:
            return ()
        cycle = self._cycle_of(seen.case.law, history, seen)
        if cycle is None:
            return ()
        law = next(law for law in cycle.laws if law.name == seen.case.law)
        steps = [one.seen for one in history.performed if one.seen.case.law == law.name]
        return self._judge.law(Told(self.api, cycle, law, (*steps, seen)))

    def _cycle_of(self, law: str, history: History, seen: Seen) -> Lifecycle | None:
        """The lifecycle whose law the drill is about: that of its first step which has that law."""
        for case in (*(one.step.case for one in history.performed), seen.case):
            cycle = self.api.lifecycle_of(case.operation)
            if cycle is not None and any(known.name == law for known in cycle.laws):
                return cycle
        return None

    def _unknown_id(self, case: Case) -> str | None:
        cycle, subject = self.api.lifecycle_of(case.operation), case.subject
        if cycle is None or case.operation == cycle.created_by:
            return None
        if subject is not None and subject.kind is SubjectKind.ARBITRARY:
            return subject.value
        self._salt += 1
        salt = f"{self._seed}/{subject.symbol if subject else ''}/{self._salt}"
        return never_issued(salt, self._first_id.get(cycle.name), self._issued[cycle.name])

    def _exchange(self, request: WireRequest) -> Exchange:
        exchange = self._send(request)
        while exchange.failure is not None and is_environment(exchange.failure):
            self._failures_in_a_row += 1
            if self._failures_in_a_row >= _DOWN_AFTER:
                raise TargetDown(exchange.failure.message)
            self._clock.sleep(_PAUSE)
            if exchange.failure.kind not in {FailureKind.REFUSED, FailureKind.UNREACHABLE}:
                break  # it may have taken effect: not ours to repeat
            exchange = self._send(request)
        else:
            self._failures_in_a_row = 0
        return exchange

    def _locked_out(self, case: Case, exchange: Exchange) -> bool:
        """True when a refusal of good credentials is not about this request: one accepted before is refused too."""
        refused = exchange.response is not None and exchange.response.status in {401, 403}
        if not (
            refused and self.proven and case.credentials is Credentials.VALID and self._accepted is not None
        ):
            return False
        again = self._freshener(self._accepted, f"{self._seed}/canary/{self._number}")
        request = build(self.api, self.api.operation(again.operation), again, self._unknown_id(again))
        answer = self._exchange(request).response
        return answer is not None and answer.status in {401, 403}

    # -- after judging -------------------------------------------------------------------------------------------

    def _learn(
        self, case: Case, step: Step, exchange: Exchange, judgement: Judgement, cycle: str | None
    ) -> None:
        if cycle is not None and judgement.issued is not None:
            self._issued[cycle].add(judgement.issued)
            self._issuer.setdefault(judgement.issued, step)
            self._first_id.setdefault(cycle, judgement.issued)
        response = exchange.response
        accepted = (
            response is not None and 200 <= response.status < 300 and case.credentials is Credentials.VALID
        )
        if accepted and self.api.operation(case.operation).secured:
            # a success of an open operation, or a redirect to a login page, proves nothing
            self.proven = True
            if self._accepted is None and self._stands_alone(case):
                self._accepted = case
        if exchange.failure is not None and exchange.failure.kind is FailureKind.TIMEOUT:
            self._hangs[case.operation] += 1
            self._hung[case.operation] += 1
            if self._does_not_answer(case.operation):
                times = self._hung[case.operation]
                self.note(
                    "early-stop", f"{case.operation} left {times} requests unanswered and is not asked again"
                )
        elif response is not None:
            self._hangs[case.operation] = 0

    def _stands_alone(self, case: Case) -> bool:
        """True when the case needs no instance of an earlier step."""
        return case.subject is None or case.subject.kind in {SubjectKind.NEW, SubjectKind.NEVER_ISSUED}

    def _does_not_answer(self, operation: str) -> bool:
        return self._hangs[operation] >= _HANGS or self._hung[operation] >= _HANGS_IN_ALL

    def _fingerprint(self, case: Case, step: Step, verdict: Verdict) -> str:
        return fingerprint(verdict.clause, case.operation, step.state, verdict.facet)

    def _story(self, performed: Performed, verdict: Verdict, history: History) -> tuple[Step, ...]:
        step = performed.step
        if verdict.clause.endswith("/law/unique-ids"):
            twin = self._issuer.get(performed.judgement.issued or "")
            return (twin, step) if twin is not None and twin is not step else (step,)
        if step.case.law and "/law/" in verdict.clause:
            return _until(history.steps, step)
        subject = step.case.subject
        if subject is None or subject.kind is not SubjectKind.KNOWN:
            return (step,)
        return _until(history.about(step.case), step)

    def _confirm(self, steps: Sequence[Step], mark: str, transient: bool) -> tuple[int, int]:
        again = 0
        for pause in _PAUSES if transient else (0.0, 0.0):
            self._clock.sleep(pause)  # a bad moment should have passed
            history = History()
            self.perform_all(history, [replace(step.case, origin="confirm") for step in steps])
            again += any(mark in one.fingerprints for one in history.performed)
        return again, len(_PAUSES)


def _seen(
    case: Case,
    situation: Situation,
    exchange: Exchange,
    scope: Scope,
    judgement: Judgement,
    window: tuple[float, float],
) -> Seen:
    response = scope.response
    return Seen(
        case=case,
        status=None if response is None else response.status,
        body=MISSING if response is None else response.body,
        headers={} if response is None else response.headers,
        url=exchange.url,
        id=judgement.issued or situation.instance,
        before=situation.states,
        after=judgement.states,
        values=judgement.values,
        broken=tuple(verdict.clause for verdict in judgement.violated),
        window=window,
    )


def _until(steps: Sequence[Step], last: Step) -> tuple[Step, ...]:
    """The steps up to that very one: an equal one may stand before it."""
    return tuple(steps[: next(i for i, step in enumerate(steps) if step is last) + 1])


__all__ = ["BudgetSpent", "Performed", "Stage", "TargetDown"]
