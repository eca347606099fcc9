"""How the units of a distributed session are cut into parts, and how controller and workers speak of the parts.

The controller cuts once it knows which clauses are tested, and writes that down in the run folder together with a board
of claims; every worker reads it there. A unit that is more than one worker's share is cut, for otherwise most workers
would wait for the one that has it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.app.plan import Plan
from assay.app.share import Share, rounds
from assay.app.target import MOCK
from assay.app.units import Unit
from assay.files.claims import Claims
from assay.files.reports import write_whole

#: the folder of the board, in the run folder
FOLDER = "parts"
_UNITS = "units.json"
#: a unit is cut when it is so many times one worker's share: cutting it costs some planning in every worker
_TOO_MUCH = 1.5
#: a part is this much of one worker's share, so that who is slow does not hold the others for long
_PART = 0.6
#: requests that are not worth a part of their own
_LEAST = 25


@dataclass(frozen=True, slots=True)
class Piece:
    """A share of a unit, which one worker explores."""

    #: on the board
    name: str
    unit: str
    share: Share


@dataclass(frozen=True, slots=True)
class Division:
    """The units of a session and their parts."""

    #: unit -> number of parts, in the order of the plan
    parts: Mapping[str, int]
    #: True when all workers ask one target; False when each has an embedded mock of its own
    together: bool

    def rounds(self, unit: str) -> tuple[tuple[Piece, ...], ...]:
        """The pieces of a unit; those of a round may be taken when all of the round before are done."""
        number = list(self.parts).index(unit)
        return tuple(
            tuple(Piece(f"{number}-{turn}-{i}", unit, share) for i, share in enumerate(shares))
            for turn, shares in enumerate(rounds(unit, self.parts[unit], together=self.together))
        )


def divided(plan: Plan, units: Iterable[str], workers: int, target: str) -> Division:
    """The division of these units of an estimated plan among so many workers."""
    wanted = set(units)
    costs = {unit.id: cost(plan, unit) for unit in plan.units if unit.id in wanted}
    return Division(cut(costs, workers), target != MOCK)


def cost(plan: Plan, unit: Unit) -> int:
    """How many requests a unit takes, at most."""
    names = {operation.id for operation in unit.operations} | {cycle.name for cycle in unit.lifecycles}
    return sum(e.most for e in plan.estimates if e.api == unit.api.name and e.name in names)


def cut(costs: Mapping[str, int], workers: int) -> dict[str, int]:
    """In how many parts each unit is explored, given what it costs: in one, unless that is too much for a worker."""
    share = sum(costs.values()) / workers
    return {unit: _parts(each, share) if workers > 1 else 1 for unit, each in costs.items()}


def _parts(each: int, share: float) -> int:
    if each <= share * _TOO_MUCH:
        return 1
    return max(1, min(math.ceil(each / (share * _PART)), each // _LEAST))


def publish(division: Division, run: Path) -> Claims:
    """Writes the division into the run folder, with a board on which all pieces are open. Raises `WriteError`."""
    board = Claims(run / FOLDER)
    board.offer(piece.name for unit in division.parts for turn in division.rounds(unit) for piece in turn)
    told = {"parts": dict(division.parts), "together": division.together}
    write_whole(run / FOLDER / _UNITS, json.dumps(told).encode())
    return board


def published(run: Path) -> Division:
    """The division that the controller wrote into the run folder. Raises `OSError`."""
    told = json.loads((run / FOLDER / _UNITS).read_bytes())
    return Division(told["parts"], told["together"])
