"""What the table says of success: where an operation has one, and where it can be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay.laws.reading import success
from assay.laws.terms import Ground
from assay.model.lifecycle import Cell, Lifecycle, Transition


def successes(cell: Cell | None) -> tuple[Transition, ...]:
    """The ways of the cell that are a 2xx; none where the documentation is silent."""
    return tuple(way for way in cell.transitions if success(way.status)) if cell is not None else ()


def succeeds(cycle: Lifecycle, state: str, operation: str) -> bool:
    """True when the table documents a success of that operation in that state."""
    return bool(successes(cycle.cell(state, operation)))


def able(ground: Ground, operation: str) -> tuple[str, ...]:
    """The reachable states in which the table lets that operation succeed, nearest first."""
    return tuple(state for state in ground.states if succeeds(ground.cycle, state, operation))


def home(ground: Ground, operation: str) -> str | None:
    """The nearest of them; None where no documented way leads to one."""
    return next(iter(able(ground, operation)), None)


def watchable(ground: Ground, operations: Iterable[str], read: str) -> Iterator[tuple[str, str]]:
    """(state, operation), where the table lets the operation succeed and `read` shows the instance afterwards."""
    wanted = tuple(operations)
    for state in ground.states:
        for operation in wanted:
            ways = successes(ground.cycle.cell(state, operation))
            if any(succeeds(ground.cycle, way.to or state, read) for way in ways):
                yield state, operation
