"""The directed explorer: plays the witness plan."""

from __future__ import annotations

from assay.explore.stage import Stage
from assay.plan.witness import WitnessPlan


def explore(stage: Stage, plan: WitnessPlan) -> None:
    """Plays every script of the plan. Raises `TargetDown`."""
    for clause, why in plan.missing.items():
        stage.note("skipped", why, (clause,))
    for script in plan.scripts:
        played = stage.play(script.steps)
        aim = script.steps[-1].aim
        if len(played) < len(script.steps) and aim is not None:
            stage.note("skipped", stage.obstacle, (aim,))
