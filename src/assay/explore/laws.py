"""The explorer of laws: plays their drills, in turns, so that a budget cuts a little of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assay.explore.history import History
from assay.explore.stage import Stage, TargetDown
from assay.laws.library import drills
from assay.laws.terms import Ground, Missing
from assay.model.case import Script
from assay.model.clause_id import law_clause
from assay.model.lifecycle import Law

#: drills in which one law was broken before the rest of them is left: they would tell the same again
_ENOUGH = 3


def explore(stage: Stage, ground: Ground, budget: int) -> int:
    """Plays the drills of every law of a lifecycle within a budget of requests; how many it spent.

    What cannot be tried, and what did not fit, is noted. Raises `TargetDown`.
    """
    waiting = [(law, drills(ground, law)) for law in ground.cycle.laws]
    broken: Counter[str] = Counter()
    spent = left = 0
    while waiting:
        for entry in tuple(waiting):
            law, items = entry
            script = None if broken[law.name] >= _ENOUGH else _next(stage, ground, law, items)
            if script is None:
                waiting.remove(entry)
            elif spent + len(script.steps) > budget:
                left += 1
            else:
                count, failed = _play(stage, ground, law, script)
                spent += count
                broken[law.name] += failed
    if left:
        stage.note(
            "budget", f"{left} drills of the laws of {ground.cycle.name} did not fit into {budget} requests"
        )
    return spent


def _next(stage: Stage, ground: Ground, law: Law, items: Iterator[Script | Missing]) -> Script | None:
    for item in items:
        if isinstance(item, Script):
            return item
        stage.note("skipped", item.why, (_clause(ground, law, item.aspect),))
    return None


def _play(stage: Stage, ground: Ground, law: Law, script: Script) -> tuple[int, bool]:
    """Plays one drill, up to the step that breaks its law; how many requests it took, and whether the law broke."""
    history = History()
    try:
        if not stage.perform_all(history, script.steps, until_law=True):
            stage.note("skipped", f"{script.title}: {stage.obstacle}", (_clause(ground, law, ""),))
    except TargetDown:
        for one in history.performed:
            stage.tell(one, history, confirm=False)
        raise
    for one in tuple(history.performed):
        stage.tell(one, history)
    failed = any("/law/" in v.clause for one in history.performed for v in one.judgement.violated)
    return len(history.performed), failed


def _clause(ground: Ground, law: Law, aspect: str) -> str:
    name = f"{law.name}/{aspect}" if aspect else law.name
    return law_clause(ground.api.name, ground.cycle.name, name)
