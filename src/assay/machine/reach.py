"""Reachability in the table: the shortest way into each state."""

from __future__ import annotations

from collections import deque

from assay.model.lifecycle import ABSENT, Lifecycle


def paths(lifecycle: Lifecycle) -> dict[str, tuple[str, ...]]:
    """State -> the fewest operations that lead there from `absent`, first one the creator. `absent` needs none.

    Only documented transitions count: nobody can rely on what a silent cell does. Guarded transitions are
    followed too, as the table alone cannot tell when a guard holds.
    """
    found: dict[str, tuple[str, ...]] = {ABSENT: ()}
    queue = deque([ABSENT])
    while queue:
        state = queue.popleft()
        for operation in lifecycle.operations:
            cell = lifecycle.cell(state, operation)
            if cell is None or cell.silent:
                continue
            for transition in cell.transitions:
                after = transition.to or state
                # only the creator leads out of `absent`: elsewhere there is no id to carry on with
                if after not in found and (state != ABSENT or operation == lifecycle.created_by):
                    found[after] = (*found[state], operation)
                    queue.append(after)
    return found
