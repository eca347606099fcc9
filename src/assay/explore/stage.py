"""The stage on which every explorer performs: bind, send, judge, remember, report.

It also keeps explorers honest: a target that is down ends the run, an operation that hangs is not asked for ever,
a violation is tried again before it is told, and only its shortest history is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial

from assay.evidence.redact import Policy, redact, redact_verdict
from assay.explore.access import Accesses
from assay.explore.history import History, Performed
from assay.explore.ids import Roster, never_issued
from assay.explore.race import Lane, Ready, at_once, blinded, groups, is_race, lanes, undecided
from assay.explore.references import Needless, Unresolved, resolve, retarget, unready
from assay.explore.register import Keep, Register
from assay.explore.shrink import shorter, shrinkable
from assay.explore.waiting import PATIENT, POLLS, Patience, condensed, interval
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
from assay.model.terms import Span
from assay.model.verdict import Judgement, Verdict, VerdictKind
from assay.ports import CannotSend, Clock, Send, Sink

#: connection failures in a row, with a pause between, before the target counts as down
_DOWN_AFTER = 3
_PAUSE = 0.3
#: unanswered requests before an operation is left alone: in a row, and in all
_HANGS = 3
_HANGS_IN_ALL = 8
#: the origin of requests that try something again
CONFIRM = "confirm"
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
                 *, has_credentials: bool = True, patience: Patience = PATIENT,
                 ledger: Keep | None = None) -> None:  # fmt: skip
        """`ledger` is told of every instance as it is made and as it changes."""
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
        self._register = Register(api, ledger) if ledger is not None else None
        self._patience = patience
        self._issued: dict[str, set[str]] = {cycle.name: set() for cycle in api.lifecycles}
        self._roster = Roster()
        #: id -> the step that issued it first, after those that it needed
        self._issuer: dict[str, tuple[Step, ...]] = {}
        self._first_id: dict[str, str] = {}
        #: why the last case could not be sent; empty when it was
        self.obstacle = ""
        #: True when the last case was left out because what it goes on from has come to its end
        self.needless = False
        #: True once something that needs credentials was asked, with them or in vain for want of them
        self.knocked = False
        #: whose credentials the target has accepted
        self.accesses = Accesses()
        self._failures_in_a_row = 0
        #: requests an operation left unanswered, in a row and in all
        self._hangs: Counter[str] = Counter()
        self._hung: Counter[str] = Counter()
        #: races so far, by the operations in them: each time another of them goes first
        self._races: Counter[tuple[str, ...]] = Counter()
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
                exchange = self._exchange(ready.request)
            except CannotSend as error:
                self._unsendable(case, error)
                return None
            return self._settle(history, ready, exchange, (called, self._clock.monotonic()))

    def _watching(self, cases: Sequence[Case]) -> AbstractContextManager[None]:
        return nullcontext() if self._register is None else self._register.watching(cases)

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
            turn = self._races[tuple(ready.case.operation for ready in runners)] % len(runners)
            with self._watching([ready.case for ready in runners]):
                raced = at_once(self._send, [ready.request for ready in runners], self._clock, turn)
        except CannotSend as error:
            self._unsendable(cases[0], error)
            return None
        self._races[tuple(ready.case.operation for ready in runners)] += 1
        one: Performed | None = None
        down: TargetDown | None = None
        for ready, lane in zip(runners, lanes(raced), strict=True):
            try:
                one = self._settle(history, ready, lane.run.exchange, lane.window, lane)
            except TargetDown as error:
                down = down or error
        if down is not None:
            raise down
        self._fell_silent([run.exchange for run in raced])
        return one

    def _fell_silent(self, exchanges: Sequence[Exchange]) -> None:
        """Counts a race that nobody answered. Raises `TargetDown` when that has become a habit."""
        failures = [e.failure for e in exchanges if e.failure is not None and is_environment(e.failure)]
        if len(failures) < len(exchanges):
            self._failures_in_a_row = 0
            return
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= _DOWN_AFTER:
            raise TargetDown(failures[0].message)
        self._clock.sleep(_PAUSE)

    def _prepare(self, history: History, case: Case) -> Ready | None:
        """The request of a case; None when it cannot be sent."""
        self.needless = False
        self.obstacle = self._obstacle(history, case)
        if self.obstacle:
            return None
        operation = self.api.operation(case.operation)
        case = self._freshener(case, f"{self._seed}/{self._number}")
        situation = self._situation(history, case)
        try:
            # the present is in it, so that no later run makes the same again: the target may remember
            salt = f"{self._clock.now().isoformat()}/{self._seed}/{self._number}"
            case = resolve(case, operation, history, salt)
            request = build(self.api, operation, case, situation.instance or self._unknown_id(case))
            return Ready(case, situation, retarget(case, request, history))
        except Needless:
            self.needless = True
            return None
        except Unresolved as error:
            self.obstacle = f"what it builds on is missing: {error}"
            return None
        except CannotSend as error:
            self._unsendable(case, error)
            return None

    def _unsendable(self, case: Case, error: CannotSend) -> None:
        told = f"{case.operation} ({case.title}) was not sent: {error}"
        self.note("skipped", told, (case.aim,) if case.aim else ())

    def _settle(self, history: History, ready: Ready, exchange: Exchange, window: tuple[float, float],
                lane: Lane | None = None) -> Performed:  # fmt: skip
        """Judges what came of a request, remembers and reports it; in a race the law speaks with its last one."""
        case, situation = ready.case, replace(ready.situation, asked=Span(*window))
        cycle = self.api.lifecycle_of(case.operation)
        judgement = self._judge(case, situation, exchange)
        if self._register is not None:
            self._register(case, situation, judgement, exchange)
        locked_out = bool(judgement.violated) and self._locked_out(case, exchange)
        if locked_out:
            judgement = self._judge(case, replace(situation, credentials_proven=False), exchange)
        scope = self._judge.scope(case, situation, exchange)
        seen = _seen(case, situation, exchange, scope, judgement, window)
        seen = replace(seen, before=self._judge.before(case, situation))
        if lane is not None:
            seen = replace(seen, overlap=lane.most)
        law = self._law(history, seen) if lane is None or lane.last else ()
        if any(v.kind is VerdictKind.VIOLATED for v in law) and case.origin != CONFIRM:
            law = self._not_in_turn(history, seen, law)
        judgement = replace(
            judgement,
            verdicts=tuple(redact_verdict(v, self._policy) for v in (*judgement.verdicts, *law)),
        )
        whom = judgement.issued or situation.instance
        step = Step(
            case,
            redact(exchange, self._policy),
            "/".join(sorted(situation.states)),
            "/".join(sorted(judgement.states)),
            self._roster.name(cycle.name, whom) if cycle is not None and case.subject is not None else "",
        )
        if lane is not None:
            step = replace(step, window=lane.relative, overlap=lane.most)
        self.requests[case.origin] += 1
        self.reached = self.reached or exchange.response is not None
        self._number += 1
        self._sink(StepJudged(self._number, step, judgement.verdicts, judgement.undocumented))
        history.update(case, judgement)
        history.steps.append(step)
        fingerprints = tuple(self._fingerprint(case, step, v) for v in judgement.violated)
        self._learn(history, step, exchange, judgement, cycle.name if cycle else None)
        if locked_out and not case.principal:
            raise CredentialsLost("it stopped accepting our credentials")
        if locked_out:  # without him the rest goes on
            self.accesses.of(case.principal).lost = True
            self.note("credentials", f"the target stopped accepting the credentials of {case.principal}")
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
            steps = condensed(self._story(performed, verdict, history), history)
            if mark in self.told and self.told[mark] <= len(steps):
                continue
            reproduced = (0, 0)
            if confirm and down is None:
                try:
                    reproduced = self._confirm(steps, mark, verdict.transient)
                    whole = condensed(_until(history.steps, performed.step), history)
                    if not reproduced[0] and len(whole) > len(steps):
                        if mark in self.told and self.told[mark] <= len(whole):
                            continue
                        steps, reproduced = whole, self._confirm(whole, mark, verdict.transient)
                    if all(reproduced) and reproduced[0] == reproduced[1] and shrinkable(steps, verdict):
                        steps = shorter(steps, partial(self._again, mark=mark))
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
        self.knocked = self.knocked or (valid and not case.principal)
        if valid and not case.principal and not self._has_credentials:
            return "needs credentials: none were given (--auth-env)"
        if valid and self.accesses.of(case.principal).lost:
            return f"the target stopped accepting the credentials of {case.principal}"
        if self._does_not_answer(case.operation):
            return f"{case.operation} does not answer"
        if case.wait and (dear := self._patience.obstacle(case, case.wait)):
            return dear
        if (
            case.subject is None
            or case.subject.kind is not SubjectKind.KNOWN
            or history.instance(case) is not None
        ):
            return unready(self.api, case, history)
        if not history.steps:
            return "the instance it needs was not made"
        last = history.steps[-1]
        got = last.evidence.status or last.evidence.failure
        return f"the instance it needs was not made: {last.case.operation} was answered {got}"

    def _situation(self, history: History, case: Case) -> Situation:
        cycle = self.api.lifecycle_of(case.operation)
        proven = self.accesses.of(case.principal).proven
        issued = self._issued[cycle.name] if cycle else frozenset[str]()
        instance = history.instance(case)
        if instance is not None and history.stranger(case):
            return Situation(frozenset(), instance.id, {}, issued, proven, stranger=True)
        if instance is not None:
            return Situation(
                instance.states, instance.id, instance.values, issued, proven, since=instance.since
            )
        if cycle is None or case.subject is None or case.subject.kind is SubjectKind.ARBITRARY:
            return Situation(issued=issued, credentials_proven=proven)
        return Situation(frozenset({ABSENT}), None, {}, issued, proven)

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

    def _not_in_turn(self, history: History, seen: Seen, law: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """What the law says of a race, taken back where the same requests go wrong one after another, too."""
        cases = [*(one.step.case for one in history.performed), seen.case]
        cycle = self._cycle_of(seen.case.law, history, seen)
        if cycle is None or not is_race(cases):
            return law
        alone = History()
        try:
            self.perform_all(alone, [replace(c, together="", law="", origin=CONFIRM) for c in cases])
        except TargetDown:
            return tuple(map(undecided, law))  # the next request will find that out
        steps = [replace(one.seen, overlap=2) for one in alone.performed]
        stated = next(known for known in cycle.laws if known.name == seen.case.law)
        again = self._judge.law(Told(self.api, cycle, stated, steps)) if steps else ()
        wrong = [*again, *(v for one in alone.performed for v in one.judgement.violated)]
        if any(v.kind is VerdictKind.VIOLATED for v in wrong):
            return tuple(map(undecided, law))
        return law

    def _cycle_of(self, law: str, history: History, seen: Seen) -> Lifecycle | None:
        """The lifecycle whose law the drill is about: that of its first step which has that law."""
        for case in (*(one.step.case for one in history.performed), seen.case):
            if case.law != law:
                continue  # a prerequisite may be of another lifecycle that has such a law too
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
        access = self.accesses.of(case.principal)
        if not (
            refused
            and access.proven
            and case.credentials is Credentials.VALID
            and access.accepted is not None
        ):
            return False
        again = self._freshener(access.accepted, f"{self._seed}/canary/{self._number}")
        request = build(self.api, self.api.operation(again.operation), again, self._unknown_id(again))
        asked = self._exchange(request)
        if self._register is not None:  # it may have made one more
            before = Situation(credentials_proven=True)
            self._register(again, before, self._judge(again, before, asked), asked)
        answer = asked.response
        return answer is not None and answer.status in {401, 403}

    # -- after judging -------------------------------------------------------------------------------------------

    def _learn(
        self, history: History, step: Step, exchange: Exchange, judgement: Judgement, cycle: str | None
    ) -> None:
        case = step.case
        if cycle is not None and judgement.issued is not None:
            self._issued[cycle].add(judgement.issued)
            self._issuer.setdefault(judgement.issued, history.behind(step))
            self._first_id.setdefault(cycle, judgement.issued)
        response = exchange.response
        accepted = (
            response is not None and 200 <= response.status < 300 and case.credentials is Credentials.VALID
        )
        if accepted and self.api.operation(case.operation).secured:
            # a success of an open operation, or a redirect to a login page, proves nothing
            access = self.accesses.of(case.principal)
            access.proven = True
            if access.accepted is None and self._stands_alone(case):
                access.accepted = case
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
            twin = self._issuer.get(performed.judgement.issued or "", ())
            own = history.behind(step)
            return (*twin, *own) if twin and twin[-1] is not step else own
        if step.case.law and "/law/" in verdict.clause:
            return _until(history.steps, step)
        subject = step.case.subject
        if subject is None or subject.kind is not SubjectKind.KNOWN:
            return history.behind(step)
        return _until(history.about(step.case), step)

    def _confirm(self, steps: Sequence[Step], mark: str, transient: bool) -> tuple[int, int]:
        again = 0
        waits = sum(step.case.wait for step in steps)
        pauses = _PAUSES if transient else (0.0, 0.0)
        if waits and not self._patience.spares(waits * len(pauses)):
            return 0, 0  # there is no time left to try it again
        for pause in pauses:
            self._clock.sleep(pause)  # a bad moment should have passed
            history = History()
            self.perform_all(history, [replace(step.case, origin=CONFIRM) for step in steps])
            again += any(mark in one.fingerprints for one in history.performed)
        return again, len(_PAUSES)

    def _again(self, steps: Sequence[Step], mark: str) -> tuple[Step, ...]:
        """Plays a history; its steps up to that failure, and nothing when it did not come."""
        history = History()
        self.perform_all(history, [replace(step.case, origin=CONFIRM) for step in steps])
        last = next((one.step for one in history.performed if mark in one.fingerprints), None)
        return _until(history.steps, last) if last is not None else ()


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
        scope=scope,
    )


def _until(steps: Sequence[Step], last: Step) -> tuple[Step, ...]:
    """The steps up to that very one: an equal one may stand before it."""
    return tuple(steps[: next(i for i, step in enumerate(steps) if step is last) + 1])


__all__ = ["BudgetSpent", "Performed", "Stage", "TargetDown"]
