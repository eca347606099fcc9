"""Cells that are not written: for each (state, operation) the table says what happens, or says `silent`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.model.lifecycle import ABSENT, Cell, Lifecycle
from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "blank-cell"


def check(look: Look) -> Iterator[Problem]:
    """A state in which nobody said what an operation answers. The creator only has `absent`."""
    for lifecycle in look.tables():
        rows = dict.fromkeys((lifecycle.created_by, *lifecycle.operations))
        for operation in rows:
            states = [ABSENT] if operation == lifecycle.created_by else [s.name for s in lifecycle.states]
            written = lifecycle.cells.get(operation, {})
            for state in states:
                if state not in written and not (near_misses(written, lifecycle) and state != ABSENT):
                    yield _blank(look, lifecycle, operation, state)


def near_misses(written: Mapping[str, Cell], lifecycle: Lifecycle) -> bool:
    """True when a cell stands under a state that does not exist: probably the one that seems missing."""
    known = {state.name for state in lifecycle.states}
    return any(state not in known for state in written)


def _blank(look: Look, lifecycle: Lifecycle, operation: str, state: str) -> Problem:
    place = look.at(lifecycle.place, f"/cells/{escape(operation)}")
    message = f"Cannot tell what '{operation}' answers in state '{state}': because the cell is blank."
    fix = (
        f"Add `{state}: {{status: …}}` below '{operation}', or `{state}: silent` when the "
        "documentation does not say."
    )
    return Problem(place, RULE, message, fix)
