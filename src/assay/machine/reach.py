"""Reachability in the table: the shortest way into each state."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count

from assay.model.lifecycle import ABSENT, Cell, Lifecycle, Transition

#: waiting for what has surely expired by then: a little longer than it may take, in parts of it and in seconds
_LONGER, _LEAST = 0.05, 0.1


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a way into a state."""

    operation: str
    #: seconds to let pass before it is asked
    wait: float = 0.0
    #: asked again until what it promises has come
    poll: bool = False


def paths(lifecycle: Lifecycle) -> dict[str, tuple[str, ...]]:
    """State -> the fewest operations that lead there from `absent`, first one the creator. `absent` needs none."""
    return {state: tuple(move.operation for move in way) for state, way in routes(lifecycle).items()}


def routes(lifecycle: Lifecycle) -> dict[str, tuple[Move, ...]]:
    """State -> the shortest way there from `absent`: with the least waiting, then the fewest operations.

    Only documented transitions count: nobody can rely on what a silent cell does. Guarded transitions are
    followed too, as the table alone cannot tell when a guard holds. The nearest states come first.
    """
    known: dict[str, tuple[Move, ...]] | None = lifecycle.kept.get("routes")
    if known is None:
        known = lifecycle.kept["routes"] = _routes(lifecycle)
    return known


def _routes(lifecycle: Lifecycle) -> dict[str, tuple[Move, ...]]:
    found: dict[str, tuple[Move, ...]] = {}
    order = count()
    queue: list[tuple[float, int, int, str, tuple[Move, ...]]] = [(0.0, 0, next(order), ABSENT, ())]
    while queue:
        waited, _, _, state, way = heapq.heappop(queue)
        if state in found:
            continue
        found[state] = way
        for operation in lifecycle.operations:
            cell = lifecycle.cell(state, operation)
            # only the creator leads out of `absent`: elsewhere there is no id to carry on with
            if cell is None or cell.silent or (state == ABSENT and operation != lifecycle.created_by):
                continue
            for transition in cell.transitions:
                after, move = transition.to or state, _move(cell, transition)
                if after not in found:
                    longest = cell.eventually.within if cell.eventually else move.wait
                    entry = (waited + longest, len(way) + 1, next(order), after, (*way, move))
                    heapq.heappush(queue, entry)
    return found


def _move(cell: Cell, way: Transition) -> Move:
    if way.expires is None:
        return Move(cell.operation, poll=cell.eventually is not None)
    return Move(cell.operation, wait=outlast(way.expires.after + way.expires.slack))


def outlast(seconds: float) -> float:
    """Seconds to wait so that surely more than so many have passed."""
    return seconds + max(seconds * _LONGER, _LEAST)
