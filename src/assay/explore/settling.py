"""What becomes of an answer: it is judged, redacted, remembered, reported, and learnt from.

Where several histories are under way, what an answer means for the run waits until its history's turn has come
(`History.later`): only then it is known how instances are numbered, and who was given an id first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from assay.evidence.redact import Policy, redact, redact_verdicts
from assay.explore.canary import Canary
from assay.explore.drill import Drill
from assay.explore.history import History, Performed
from assay.explore.issuing import disputed
from assay.explore.knowledge import Knowledge
from assay.explore.line import CredentialsLost, Line
from assay.explore.race import Lane, Ready
from assay.explore.register import Register
from assay.judge.judge import Judge
from assay.machine.expression import Scope
from assay.model.case import Exchange
from assay.model.copied import replace
from assay.model.event import Noted, Step, StepJudged
from assay.model.fingerprint import fingerprint
from assay.model.terms import Span
from assay.model.verdict import Judgement, Verdict, VerdictKind
from assay.ports import Sink


class Settling:
    """Settles the exchanges of one API, in the thread of the history that they are of."""

    def __init__(self, judge: Judge, policy: Policy, knowledge: Knowledge, line: Line, drill: Drill, canary: Canary,
                 register: Register | None, sink: Sink, numbers: Iterator[int]) -> None:  # fmt: skip
        """`numbers` counts the requests of the whole run."""
        #: requests made, by explorer
        self.requests: Counter[str] = Counter()
        #: True once the target has answered anything at all
        self.reached = False
        self._judge, self._policy, self._knowledge, self._line = judge, policy, knowledge, line
        self._drill, self._canary, self._register = drill, canary, register
        self._sink, self._numbers = sink, numbers

    def __call__(self, history: History, ready: Ready, exchange: Exchange, window: tuple[float, float],
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
        self._knowledge.meets(history, one)
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
        if judgement.violated and self._knowledge.disturbed(history):
            judgement = replace(judgement, verdicts=tuple(map(disputed, judgement.verdicts)))
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

    def _report(self, step: Step, judgement: Judgement, *, reached: bool) -> None:
        self.requests[step.case.origin] += 1
        self.reached = self.reached or reached
        self._sink(StepJudged(next(self._numbers), step, judgement.verdicts, judgement.undocumented))

    def _learn(self, history: History, step: Step, exchange: Exchange, judgement: Judgement) -> None:
        self._knowledge.learn(history, step, exchange, judgement)
        if remark := self._line.learn(step.case.operation, exchange):
            self._sink(Noted("early-stop", remark))

    def _lock_out(self, principal: str) -> None:
        """Goes on without a principal who is not let in any more. Raises `CredentialsLost` when it is the usual one."""
        if not principal:
            raise CredentialsLost("it stopped accepting our credentials")
        self._knowledge.accesses.of(principal).lost = True
        self._sink(Noted("credentials", f"the target stopped accepting the credentials of {principal}"))


def _marks(step: Step, judgement: Judgement) -> tuple[str, ...]:
    """The fingerprint of each broken promise, in order."""
    broken = [v for v in judgement.verdicts if v.kind is VerdictKind.VIOLATED]
    return tuple(fingerprint(v.clause, step.case.operation, step.state, v.facet) for v in broken)
