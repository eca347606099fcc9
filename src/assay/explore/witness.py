"""The directed explorer: plays scripts that were planned, and says what could not be tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.explore import rows
from assay.explore.history import History
from assay.explore.rows import Row
from assay.explore.stage import Stage
from assay.model.case import Script
from assay.plan.witness import WitnessPlan


def explore(stage: Stage, plan: WitnessPlan) -> None:
    """Plays every script of the plan. Raises `TargetDown`."""
    unplanned(stage, plan.missing)
    play(stage, plan.scripts)


def play(stage: Stage, scripts: Iterable[Script]) -> None:
    """Plays every script; what one was for and could not be sent is noted. Raises `TargetDown`."""
    rows.play(stage, [row(stage, scripts)])


def row(stage: Stage, scripts: Iterable[Script]) -> Row:
    """The scripts as a row; what one was for and could not be sent is noted."""

    def told(script: Script, history: History) -> None:
        aim = script.steps[-1].aim
        if len(history.performed) < len(script.steps) and aim is not None and history.obstacle:
            stage.note("skipped", history.obstacle, (aim,))

    return Row(scripts, told)


def unplanned(stage: Stage, missing: Mapping[str, str]) -> None:
    """Notes the clauses that no planned request is for, and why."""
    for clause, why in missing.items():
        stage.note("skipped", why, (clause,))
