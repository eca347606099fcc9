"""The explorer of time: plays histories in which instances are left alone for a while."""

from __future__ import annotations

from collections.abc import Iterable

from assay.explore.stage import Stage
from assay.model.case import Script


def explore(stage: Stage, scripts: Iterable[Script]) -> None:
    """Plays each history to its end or to the first request that cannot be sent; what it was for is then noted.

    Raises `TargetDown`.
    """
    for script, history in stage.play_all(scripts):
        if history.obstacle:
            asked = {one.step.case.aim for one in history.performed}
            for case in script.steps:
                if case.aim is not None and case.aim not in asked:
                    stage.note("skipped", history.obstacle, (case.aim,))
