"""Exploring together: a worker takes pieces of units as long as there are any, and hears what the others saw.

A clause is told by the whole of its unit. So the worker that has its test does not come back from `explore` before all
pieces of the unit are done, by whomever; while others are still at theirs, it helps with other units. What the others
saw it reads from their logs: whoever finishes a piece says where in its log the piece stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.share import Phase
from assay.files.claims import Claims
from assay.model.event import Event, StepJudged
from assay.pytest_plugin.parts import FOLDER, Piece, published
from assay.report.coverage import Trail
from assay.report.log import load

if TYPE_CHECKING:
    from assay.app.run import Opened
    from assay.app.units import Unit
    from assay.model.contract import Json
    from assay.pytest_plugin.ledger import Ledger

#: seconds between two looks at what the others do
_PAUSE = 0.02


class Shared:
    """The exploration of a distributed session, as one of its workers does it."""

    def __init__(
        self, opened: Opened, ledger: Ledger, worker: str, at: Callable[[Unit | None], None]
    ) -> None:
        """`at` is told which unit is being explored, and None when that has come to its end. Raises `OSError`."""
        self._opened, self._ledger, self._at = opened, ledger, at
        self._run = opened.folder.path
        division = published(self._run)
        self._units = {unit.id: unit for unit in opened.plan.units if unit.id in division.parts}
        self._rounds = {name: division.rounds(name) for name in self._units}
        self._board = Claims(self._run / FOLDER, worker)
        self._results: dict[str, Mapping[str, Json]] = {}
        #: pieces whose events the ledger has
        self._heard: set[str] = set()
        self._walked: dict[str, Trail] = {}

    def explore(self, unit: Unit) -> str:
        """Explores until nothing is left of the unit; why it stays undecided, empty when it does not.

        Raises whatever exploring raises: who waits for a piece that fails so gives it up.
        """
        others = [name for name in self._units if name != unit.id]
        while True:
            turn = self._turn(unit.id)
            if turn is None or (lost := self._lost(unit.id)):
                break
            if not self._step(unit.id) and not any(self._step(name) for name in others):
                time.sleep(_PAUSE)
        self._hear(unit.id)
        return "" if turn is None else lost

    def _turn(self, unit: str) -> Sequence[Piece] | None:
        """The round that is under way; None when the last is over."""
        for pieces in self._rounds[unit]:
            if any(self._result(piece) is None for piece in pieces):
                return pieces
        return None

    def _lost(self, unit: str) -> str:
        for piece in self._turn(unit) or ():
            if self._result(piece) is None and (who := self._board.lost(piece.name)):
                return f"worker {who} did not come to the end of exploring {unit}"
        return ""

    def _result(self, piece: Piece) -> Mapping[str, Json] | None:
        if piece.name not in self._results:
            found = self._board.result(piece.name)
            if found is None:
                return None
            self._results[piece.name] = found
        return self._results[piece.name]

    def _step(self, unit: str) -> bool:
        """Explores one piece of the unit; False when there is none to be taken now."""
        for piece in self._turn(unit) or ():
            if self._board.take(piece.name):
                self._explore(piece)
                return True
        return False

    def _explore(self, piece: Piece) -> None:
        unit, sink = self._units[piece.unit], self._opened.sink
        self._at(unit)
        try:
            share = replace(piece.share, walked=self._trail(piece))
            begin = sink.flush()
            self._opened.campaign.explore(unit, share=share)
            self._heard.add(piece.name)
            # others read it as soon as it is done
            self._board.finish(piece.name, {"log": sink.path.name, "begin": begin, "end": sink.flush()})
        except BaseException:
            self._board.fail(piece.name)
            raise
        self._at(None)

    def _trail(self, piece: Piece) -> Trail | None:
        """What all have walked when that piece begins, the same for every worker; None where nothing is asked of it.

        Were it what this worker has seen, each would think other ways unwalked, and some be left to nobody.
        """
        if Phase.WALKED not in piece.share.phases or Phase.KNOWN in piece.share.phases:
            return None
        if piece.unit not in self._walked:
            self._walked[piece.unit] = trail = Trail()
            for known in self._rounds[piece.unit][0]:
                for event in self._events(known):
                    if isinstance(event, StepJudged):
                        trail.take(event)
        return self._walked[piece.unit]

    def _hear(self, unit: str) -> None:
        """Takes what others saw of the unit into the ledger, once."""
        for piece in (piece for pieces in self._rounds[unit] for piece in pieces):
            if piece.name not in self._heard and self._result(piece) is not None:
                self._heard.add(piece.name)
                for event in self._events(piece):
                    self._ledger.hear(event)

    def _events(self, piece: Piece) -> Iterator[Event]:
        """What stands in somebody's log of a piece that is done."""
        told = self._results[piece.name]
        with (Path(self._run) / str(told["log"])).open("rb") as log:
            log.seek(told["begin"])
            for line in log.read(told["end"] - told["begin"]).splitlines():
                yield load(line.decode())
