"""Final states that a cell leads out of."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "final-state-left"


def check(look: Look) -> Iterator[Problem]:
    """A way out of a state that says it has none."""
    for lifecycle, cell in look.cells():
        if cell.state not in {state.name for state in lifecycle.states if state.final}:
            continue
        for way, place in look.ways(cell):
            after = way.to
            if after not in {None, cell.state}:
                message = f"Cannot go from '{cell.state}' to '{after}': because '{cell.state}' is final."
                yield Problem(look.below(place, "to"), RULE, message, "Delete `to:`, or `final: true`.")
