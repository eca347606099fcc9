"""The other end of the table: which operations bring an instance to where it needs no more care."""

from __future__ import annotations

from collections.abc import Set

from assay.model.lifecycle import ABSENT, Cell, Lifecycle

#: RFC 9110 §15.5.5, §15.5.11
_NO_SUCH_THING = frozenset({404, 410})
#: by the identity of the lifecycle: every answer asks for it
_ENDS: dict[int, tuple[Lifecycle, frozenset[str]]] = {}
_MOST = 256


def ends(lifecycle: Lifecycle) -> frozenset[str]:
    """The states in which nothing is left behind: the final ones, and those in which it exists no more.

    That is `absent`, and what cannot be told from it: whatever is asked, the answer is the one that an id gets which
    was never issued, as where something deleted can be made anew by a PUT to its old id.
    """
    known = _ENDS.get(id(lifecycle))
    if known is None or known[0] is not lifecycle:
        if len(_ENDS) >= _MOST:
            _ENDS.clear()
        names = (state.name for state in lifecycle.states if state.final or _gone(lifecycle, state.name))
        known = _ENDS[id(lifecycle)] = lifecycle, frozenset({ABSENT, *names})
    return known[1]


def _gone(lifecycle: Lifecycle, state: str) -> bool:
    """True when each operation answers there as it does in `absent`, and some say that there is no such thing."""
    missing = False
    for operation, row in lifecycle.cells.items():
        if operation == lifecycle.created_by:
            continue
        here, nowhere = row.get(state), row.get(ABSENT)
        if here is None or nowhere is None or not (_plain(here) and _plain(nowhere)):
            return False
        statuses = {way.status for way in here.transitions}
        if statuses != {way.status for way in nowhere.transitions}:
            return False
        missing = missing or not statuses.isdisjoint(_NO_SUCH_THING)
    return missing


def _plain(cell: Cell) -> bool:
    """True for a cell that says what is answered, at any time."""
    return not cell.silent and cell.eventually is None and not cell.expired


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
