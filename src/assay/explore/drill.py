"""A drill as it goes: what its newest step is to the law, and what the law says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assay.explore.history import CONFIRM, History
from assay.explore.line import TargetDown
from assay.explore.race import is_race, undecided
from assay.judge.judge import Judge
from assay.laws.terms import Seen, Told
from assay.model.case import Case
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Verdict, VerdictKind

#: performs cases as the next steps of a history
Play = Callable[[History, Sequence[Case]], object]


class Drill:
    """Lets the laws of one API speak of the steps of their drills."""

    def __init__(self, api: Api, judge: Judge, play: Play) -> None:
        self._api, self._judge, self._play = api, judge, play

    def verdicts(self, history: History, seen: Seen) -> tuple[Verdict, ...]:
        """What the law says whose drill this is the next step of; nothing of a step that is no drill's."""
        law = seen.case.law
        cycle = self._cycle_of(law, history, seen) if law else None
        if cycle is None:
            return ()
        steps = [one.seen for one in history.performed if one.step.case.law == law]
        said = self._said(cycle, law, (*steps, seen))
        if seen.case.origin != CONFIRM and any(v.kind is VerdictKind.VIOLATED for v in said):
            return self._unless_in_turn(cycle, history, seen, said)
        return said

    def _said(self, cycle: Lifecycle, name: str, steps: Sequence[Seen]) -> tuple[Verdict, ...]:
        law = next(law for law in cycle.laws if law.name == name)
        return self._judge.law(Told(self._api, cycle, law, steps))

    def _unless_in_turn(
        self, cycle: Lifecycle, history: History, seen: Seen, said: tuple[Verdict, ...]
    ) -> tuple[Verdict, ...]:
        """What the law says of a race, taken back where the same requests go wrong one after another, too."""
        cases = [*(one.step.case for one in history.performed), seen.case]
        if not is_race(cases):
            return said
        alone = History()
        try:
            self._play(alone, [replace(case, together="", law="", origin=CONFIRM) for case in cases])
        except TargetDown:
            return tuple(map(undecided, said))  # the next request will find that out
        steps = [replace(one.seen, overlap=2) for one in alone.performed]
        again = self._said(cycle, seen.case.law, steps) if steps else ()
        wrong = [*again, *(v for one in alone.performed for v in one.judgement.violated)]
        if any(v.kind is VerdictKind.VIOLATED for v in wrong):
            return tuple(map(undecided, said))
        return said

    def _cycle_of(self, law: str, history: History, seen: Seen) -> Lifecycle | None:
        """The lifecycle whose law the drill is about: that of its first step which has that law."""
        for case in (*(one.step.case for one in history.performed), seen.case):
            if case.law != law:
                continue  # a prerequisite may be of another lifecycle that has such a law too
            cycle = self._api.lifecycle_of(case.operation)
            if cycle is not None and any(known.name == law for known in cycle.laws):
                return cycle
        return None
