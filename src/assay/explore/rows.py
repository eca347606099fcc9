"""Rows of scripts that go out as one: nobody waits for the end of one before the next begins.

Each row belongs to an explorer, who is told what became of its scripts. Where nothing may be under way beside a script
(`Stage.undisturbed`), it is played after the rest, whichever row it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from assay.explore.history import History
from assay.explore.stage import Stage
from assay.model.case import Script


class Row(NamedTuple):
    """Scripts, and who is told how each of them went."""

    scripts: Iterable[Script]
    told: Callable[[Script, History], None]
    #: called once all rows have been played to their end
    over: Callable[[], None] = lambda: None


def play(stage: Stage, rows: Iterable[Row]) -> None:
    """Plays all scripts of the rows, in their order. Raises `TargetDown`."""
    #: by identity: the script, so that no other one comes to be where it was; its row; how often it is under way
    waiting: dict[int, tuple[Script, Row, int]] = {}
    played: list[Row] = []

    def joined() -> Iterator[Script]:
        for row in rows:
            played.append(row)
            for script in row.scripts:
                waiting[id(script)] = script, row, waiting.get(id(script), (script, row, 0))[2] + 1
                yield script

    for script, history in stage.play_all(joined()):
        _, row, times = waiting.pop(id(script))
        if times > 1:
            waiting[id(script)] = script, row, times - 1
        row.told(script, history)
    for row in played:
        row.over()
