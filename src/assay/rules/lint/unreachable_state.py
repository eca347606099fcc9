"""States that no documented way leads to: their cells could never be witnessed."""

from __future__ import annotations

from collections.abc import Iterator

from assay.machine.reach import paths
from assay.model.lifecycle import Cell
from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "unreachable-state"


def check(look: Look) -> Iterator[Problem]:
    """A row of the table nobody comes to. Told only when every next state exists."""
    for lifecycle in look.tables():
        known = {state.name for state in lifecycle.states}
        if any(_after(cell) - known for row in lifecycle.cells.values() for cell in row.values()):
            continue
        reached = paths(lifecycle)
        for state in lifecycle.states:
            if state.name not in reached:
                message = f"Cannot reach the state '{state.name}': because no documented answer leads to it."
                fix = f"Add `to: {state.name}` to the cell that leads there, or delete the state."
                yield Problem(look.at(lifecycle.place, f"/states/{escape(state.name)}"), RULE, message, fix)


def _after(cell: Cell) -> set[str]:
    return {way.to for way in cell.transitions if way.to is not None}
