"""Shrinking a failing history: what the failure does not need is left out, and what is left is made simpler.

First steps, the larger part of them at once and then fewer (Zeller's ddmin), then what the requests that are left
carry. Each try is a history of its own, of fresh instances, one request after another, and counts against a budget.
Drills of laws, races and what waits are not touched: what they say rests on every step, and on time.

Hypothesis shrinks what it has drawn itself, step by step of how it was drawn. A failure may come from a corpus, from
a plan, or from another machine; here it does not matter where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from assay.explore.history import mentioned
from assay.model.case import Case, SubjectKind
from assay.model.event import Step
from assay.model.verdict import Verdict

#: ways of making one request simpler that are tried in a row
_CUTS = 60
#: plays a history; its steps as they went this time, up to the failure; empty when it did not come
Again = Callable[[Sequence[Case]], tuple[Step, ...]]
#: requests that ask the same in a simpler way, the simplest first
Simpler = Callable[[Case], Iterator[Case]]


def as_it_is(_case: Case) -> Iterator[Case]:
    """Nothing is simpler than what there is."""
    return iter(())


def shrinkable(steps: Sequence[Step], verdict: Verdict) -> bool:
    """True when leaving out a step cannot change what is asked: no law, no race, nothing that waits."""
    if "/law/" in verdict.clause:
        return False
    return not any(s.case.law or s.case.together or s.case.wait or s.case.poll for s in steps)


class Shrinker:
    """Makes one failing history as short and as simple as a budget of requests allows."""

    def __init__(self, again: Again, budget: int, simpler: Simpler = as_it_is) -> None:
        self._again, self._left, self._simpler = again, budget, simpler
        #: True when the budget ended it: there may be a shorter one
        self.spent = False

    def __call__(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """The history, as it went when it was last played."""
        return self._simplified(self._shortened(steps))

    def _shortened(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        size = max(len(steps) // 2, 1)
        while len(steps) > 1:
            place, before = len(steps) - 1 - size, steps
            # from the end: what stands just before a failure has most often nothing to do with what began it
            while place > -size:
                start = max(place, 0)
                fewer = [
                    s.case
                    for i, s in enumerate(steps)
                    if not start <= i < start + size or i == len(steps) - 1
                ]
                if _whole(fewer) and (shorter := self._tried(fewer)):
                    steps = shorter
                    place = min(place, len(steps) - 1)
                place -= size
            if size == 1 and len(steps) == len(before):
                break
            size = max(size // 2, 1)
        return steps

    def _simplified(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        place = len(steps) - 1
        while place >= 0:
            place = min(place, len(steps) - 1)
            # where so many cuts in a row were too bold, the rest will be, too
            for case in islice(self._simpler(steps[place].case), _CUTS):
                cases = [case if i == place else s.case for i, s in enumerate(steps)]
                if simpler := self._tried(cases):
                    steps = simpler
                    break  # from this one on there may be a simpler one still
            else:
                place -= 1
        return steps

    def _tried(self, cases: Sequence[Case]) -> tuple[Step, ...]:
        if len(cases) > self._left:
            self.spent = True
            return ()
        self._left -= len(cases)
        return self._again(cases)


def _whole(cases: Sequence[Case]) -> bool:
    """True when every instance that a case is about, or refers to, was made by one before it."""
    made: set[str] = set()
    for case in cases:
        subject = case.subject
        wanted = mentioned(case)
        if subject is not None and subject.kind is SubjectKind.KNOWN:
            wanted.add(subject.symbol)
        if not wanted <= made:
            return False
        if subject is not None and subject.kind is SubjectKind.NEW:
            made.add(subject.symbol)
    return bool(cases)
