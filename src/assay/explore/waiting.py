"""Waiting: for what the table says will come, or will expire, as long as the run has time for it.

Time that costs nothing (the clock of the embedded mock can be moved) is always there. On a live target the histories
that are about time may use what the run's budget leaves; all others wait for moments only, since they are many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assay.explore.history import CONFIRM, History
from assay.model.case import Case
from assay.model.copied import replace
from assay.model.event import Step
from assay.model.lifecycle import duration
from assay.plan.aging import BRIEF, ORIGIN

#: explorers whose histories are about time, and those who repeat what was seen
_UNHURRIED = frozenset({ORIGIN, CONFIRM})
#: most requests that ask for one thing to come
POLLS = 60


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a run can wait."""

    #: seconds that are left of the run's budget
    left: Callable[[], float] = lambda: math.inf
    #: True when waiting takes no time, because the target's clock is moved
    free: bool = False

    def allows(self, case: Case) -> float:
        """Seconds that may pass before the case is sent."""
        left = math.inf if self.free else self.left()
        return left if left == math.inf or case.origin in _UNHURRIED else min(BRIEF, left)

    def spares(self, seconds: float) -> bool:
        """True when the run has so much time left."""
        return self.free or seconds <= self.left()

    def obstacle(self, case: Case, seconds: float) -> str:
        """Why nobody can wait so long for that case; empty when one can."""
        spare = self.allows(case)
        if seconds <= spare:
            return ""
        left = self.left()
        if seconds <= left:
            return f"it takes {seconds:g} s of waiting, which is left to the histories about time"
        return f"it takes {seconds:g} s of waiting, and {max(left, 0.0):.0f} s of the run's time are left"


#: waits as long as it takes
PATIENT = Patience()


def interval(every: float, longest: float) -> float:
    """Seconds between two requests for what may come within `longest`: as documented, but not too often."""
    return max(every, longest / (POLLS - 10))


def condensed(steps: Sequence[Step], history: History) -> tuple[Step, ...]:
    """Some steps of a history, telling the same in fewer requests.

    What was asked again and again shows its first and its last time, and the wait before a step that is left out is
    waited before the next one.
    """
    if not any(step.case.wait or step.case.poll for step in history.steps):
        return tuple(steps)
    own = {id(step) for step in history.steps}
    told = [step for step in steps if id(step) not in own]
    windows = {id(one.step): one.window for one in history.performed}
    for run in _runs(_patient(steps, history)):
        first, last = run[0], run[-1]
        if len(run) == 1:
            told.append(first.shown)
            continue
        begun, ended = windows.get(id(first.step)), windows.get(id(last.step))
        passed = sum(one.wait for one in run[1:]) if begun is None or ended is None else ended[0] - begun[1]
        told.append(first.asking(first.wait, poll=False))
        told.append(last.asking(round(passed, 3), poll=True))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A step that is told, and the seconds before it in which nothing is told."""

    step: Step
    wait: float

    @property
    def shown(self) -> Step:
        """The step with that wait before it."""
        return self.asking(self.wait, poll=self.step.case.poll)

    def asking(self, wait: float, *, poll: bool) -> Step:
        """The step, asked so many seconds later, and once or again and again; by hand likewise."""
        case, evidence = self.step.case, self.step.evidence
        if wait:
            case = replace(case, title=f"{case.title}, {duration(wait)} later")
            evidence = replace(evidence, curl=f"sleep {wait:g} && {evidence.curl}")
        return replace(self.step, case=replace(case, wait=wait, poll=poll), evidence=evidence)

    def repeats(self, other: _Kept) -> bool:
        """True when it asks for the same once more."""
        case, before = self.step.case, other.step.case
        alike = (case.operation, case.subject, case.title) == (before.operation, before.subject, before.title)
        return alike and case.poll and before.poll and case.wait > 0


def _patient(steps: Sequence[Step], history: History) -> Iterator[_Kept]:
    wanted = {id(step) for step in steps}
    # what was waited for before there was anything to tell of is no part of it
    waited = -math.inf
    for step in history.steps:
        waited += step.case.wait
        if id(step) in wanted:
            yield _Kept(step, max(waited, step.case.wait))
            waited = 0.0


def _runs(kept: Iterable[_Kept]) -> list[list[_Kept]]:
    runs: list[list[_Kept]] = []
    for one in kept:
        if runs and one.repeats(runs[-1][-1]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs
