"""The explorer of laws: plays their drills, in turns, so that a budget cuts a little of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from assay.explore import rows
from assay.explore.history import History, Performed
from assay.explore.line import TargetDown
from assay.explore.race import in_rounds, is_race, smaller
from assay.explore.rows import Row
from assay.explore.stage import Stage
from assay.laws.library import LAWS, ORIGIN, drills
from assay.laws.terms import Ground, Missing
from assay.model.case import Script
from assay.model.clause_id import law_clause
from assay.model.copied import replace
from assay.model.lifecycle import Law

#: times that a smaller race is tried before it counts as won
_TRIES = 3
#: drills in which one law was broken before the rest of them is left: they would tell the same again
_ENOUGH = 3


def explore(stage: Stage, ground: Ground, budget: int, rounds: int = 1) -> int:
    """Plays the drills of every law of a lifecycle; how many requests it took. Raises `TargetDown`."""
    before = stage.requests[ORIGIN]
    drilled = Drills(stage, ground, budget, rounds)
    rows.play(stage, [drilled.beside])
    drilled.alone()
    # with what a lost race took to become a small one
    return max(drilled.sent, stage.requests[ORIGIN] - before)


class Drills:
    """The drills of every law of a lifecycle, as far as they fit into a budget of requests.

    Those that live among instances of their own can be under way side by side (`beside`); races, and looks at what
    others change, cannot (`alone`). Where a server mixes instances up, what is under way beside a drill may break it
    off before its law can be told: such a drill is played again alone. Races are run in so many rounds. What cannot be
    tried, and what did not fit, is noted.
    """

    def __init__(
        self, stage: Stage, ground: Ground, budget: int, rounds: int = 1, part: tuple[int, int] = (0, 1),
        due: Callable[[Script], bool] = lambda _: True,
    ) -> None:  # fmt: skip
        """Of those that are `due`, `part` takes every n-th, from the i-th on."""
        self._stage, self._ground = stage, ground
        fitting = _chosen(stage, ground, budget, rounds)
        chosen = [(law, script) for law, script in fitting if due(script)][part[0] :: part[1]]
        self._alone = [(law, script) for law, script in chosen if stage.undisturbed(script)]
        self._laws = {id(script): law for law, script in chosen}
        #: drills that something else broke off
        self._again: list[tuple[Law, Script]] = []
        #: requests that their drills took
        self.sent = 0
        #: what may be under way beside others
        self.beside = Row([script for _, script in chosen if not stage.undisturbed(script)], self._told)

    def _told(self, script: Script, history: History) -> None:
        self.sent += len(history.performed)
        law = self._laws[id(script)]
        if history.obstacle:
            _untried(self._stage, self._ground, law, script, history.obstacle)
        if not _failed(history) and any(one.judgement.violated for one in history.performed):
            self._again.append((law, script))

    def alone(self) -> None:
        """Plays what nothing may be under way beside, one by one. Raises `TargetDown`."""
        broken: Counter[str] = Counter()
        overlaps: list[int] = []
        for law, script in (*self._again, *self._alone):
            if broken[law.name] < _ENOUGH:
                history = _play(self._stage, self._ground, law, script)
                self.sent += len(history.performed)
                broken[law.name] += _failed(history)
                overlaps += {one.step.overlap for one in history.performed if one.step.overlap}
        if overlaps:
            least, most = min(overlaps), max(overlaps)
            reached = f"{most}" if least == most else f"{least} to {most}"
            name = self._ground.cycle.name
            told = f"{name}: {len(overlaps)} races, with {reached} requests under way at the same moment"
            self._stage.note("race", told)


def _chosen(stage: Stage, ground: Ground, budget: int, rounds: int) -> list[tuple[Law, Script]]:
    """The drills of each law in turns, as many as fit."""
    waiting = [(law, in_rounds(drills(ground, law), rounds)) for law in ground.cycle.laws]
    chosen: list[tuple[Law, Script]] = []
    spent = left = 0
    while waiting:
        for entry in tuple(waiting):
            law, items = entry
            script = _next(stage, ground, law, items)
            if script is None:
                waiting.remove(entry)
            elif spent + _worth(script) > budget:
                left += 1
            else:
                spent += _worth(script)
                chosen.append((law, script))
    if left:
        stage.note(
            "budget", f"{left} drills of the laws of {ground.cycle.name} did not fit into {budget} requests"
        )
    return chosen


def _worth(script: Script) -> int:
    """The requests it most likely takes: of steps that follow where there is something to follow, one."""
    optional = [any(place.endswith("?") for place in case.refs) for case in script.steps]
    return optional.count(False) + any(optional)


def _untried(stage: Stage, ground: Ground, law: Law, script: Script, why: str) -> None:
    parts = ("", *LAWS[law.name].aspects(law))
    told = tuple(_clause(ground, law, part) for part in parts)
    stage.note("skipped", f"{script.title}: {why}", told)


def _next(stage: Stage, ground: Ground, law: Law, items: Iterator[Script | Missing]) -> Script | None:
    for item in items:
        if isinstance(item, Script):
            return ground.complete(item)
        stage.note("skipped", item.why, (_clause(ground, law, item.aspect),))
    return None


def _play(stage: Stage, ground: Ground, law: Law, script: Script) -> History:
    """Plays one drill, up to the step that breaks its law, and tells what it showed."""
    stage.relieve()
    history = History()
    try:
        if not stage.perform_all(history, script.steps, until_law=True):
            _untried(stage, ground, law, script, history.obstacle)
    except TargetDown:
        for one in history.performed:
            stage.tell(one, history, confirm=False)
        raise
    if _failed(history) and is_race(script.steps):
        _tell_smallest(stage, history, script)
    else:
        _tell(stage, history)
    return history


def _tell(stage: Stage, history: History) -> None:
    for one in tuple(history.performed):
        stage.tell(one, history)


def _tell_smallest(stage: Stage, history: History, script: Script) -> None:
    """Tells a lost race as the smallest one that is lost, too; the rest of what was seen as it was seen."""
    for fewer in smaller(script):
        for _ in range(_TRIES):
            other = History()
            stage.perform_all(other, fewer.steps, until_law=True)
            if _failed(other):
                _tell(stage, other)
                for one in tuple(history.performed):
                    stage.tell(_but_laws(one), history)
                return
    _tell(stage, history)


def _failed(history: History) -> bool:
    return any("/law/" in v.clause for one in history.performed for v in one.judgement.violated)


def _but_laws(one: Performed) -> Performed:
    """The same step without what it says of laws."""
    kept = [
        (verdict, mark)
        for verdict, mark in zip(one.judgement.violated, one.fingerprints, strict=True)
        if "/law/" not in verdict.clause
    ]
    judgement = replace(one.judgement, verdicts=tuple(verdict for verdict, _ in kept))
    return replace(one, judgement=judgement, fingerprints=tuple(mark for _, mark in kept))


def _clause(ground: Ground, law: Law, aspect: str) -> str:
    name = f"{law.name}/{aspect}" if aspect else law.name
    return law_clause(ground.api.name, ground.cycle.name, name)
