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
            stage.note("skipped", _why_short(script.title, len(played), len(script.steps)), (aim,))


def _why_short(title: str, played: int, steps: int) -> str:
    if played == 0:
        return f"«{title}» could not be sent: no valid credentials, or the operation hangs"
    return f"«{title}» stopped after step {played} of {steps}: the instance it needs was not made"
