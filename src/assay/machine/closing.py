"""The other end of the table: which operations bring an instance to where it needs no more care."""

from __future__ import annotations

from collections.abc import Set

from assay.model.lifecycle import ABSENT, Lifecycle


def ends(lifecycle: Lifecycle) -> frozenset[str]:
    """The states in which nothing is left behind: the final ones, and `absent`, where it exists no more."""
    return frozenset({ABSENT, *(state.name for state in lifecycle.states if state.final)})


def anywhere(lifecycle: Lifecycle) -> frozenset[str]:
    """Every state in which an instance can be of which nothing is known."""
    return frozenset(state.name for state in lifecycle.states if state.name != ABSENT)


def distances(lifecycle: Lifecycle) -> dict[str, int]:
    """State -> the fewest documented steps from it to an end; states that no such way leads out of are not there.

    As with ways into a state, guards are not looked at: the table alone cannot tell when one holds. What only passing
    time brings about counts for nothing.
    """
    found = dict.fromkeys(ends(lifecycle), 0)
    while True:
        nearer = {
            state: steps + 1
            for state, _, after in _moves(lifecycle)
            if (steps := found.get(after)) is not None
            and steps + 1 < found.get(state, len(lifecycle.states) + 1)
        }
        if not nearer:
            return found
        found |= nearer


def ways_out(lifecycle: Lifecycle, states: Set[str]) -> tuple[str, ...]:
    """The operations that lead nearer to an end from one of these states, those that lead nearest first."""
    steps = distances(lifecycle)
    best: dict[str, int] = {}
    for state, operation, after in _moves(lifecycle):
        if state in states and after in steps and steps[after] < steps.get(state, len(lifecycle.states) + 1):
            best[operation] = min(best.get(operation, steps[after]), steps[after])
    return tuple(sorted(best, key=lambda operation: best[operation]))


def passes_away(lifecycle: Lifecycle) -> bool:
    """True where time alone brings an instance to an end."""
    over = ends(lifecycle)
    cells = (cell for row in lifecycle.cells.values() for cell in row.values() if cell.state not in over)
    return any(
        way.to in over for cell in cells for way in (cell.transitions if cell.eventually else cell.expired)
    )


def _moves(lifecycle: Lifecycle) -> list[tuple[str, str, str]]:
    """State, operation and state afterwards of every documented transition that asks for no waiting."""
    return [
        (cell.state, operation, way.to)
        for operation, row in lifecycle.cells.items()
        if operation != lifecycle.created_by
        for cell in row.values()
        if not cell.silent and cell.eventually is None and cell.state != ABSENT
        for way in cell.plain
        if way.to is not None and way.to != cell.state
    ]
