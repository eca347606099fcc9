"""Cells in, or leading to, a state that `states` does not have."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.lifecycle import Cell
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look

RULE = "unknown-state"


def check(look: Look) -> Iterator[Problem]:
    """A row or a next state by an unknown name."""
    for lifecycle, cell in look.cells():
        known = [state.name for state in lifecycle.states]
        if cell.state not in known:
            yield _problem(cell.state, known, cell.place)
        for place, state in _targets(look, cell):
            if state not in known:
                yield _problem(state, known, place)


def _targets(look: Look, cell: Cell) -> Iterator[tuple[Place, str]]:
    for way, place in look.ways(cell):
        after = way.to
        if after is not None:
            yield look.below(place, "to"), after
    if cell.mock is not None and cell.mock.to is not None:
        keys = ("silent", "mock", "to") if cell.silent else ("mock", "to")
        yield look.below(cell.place, *keys), cell.mock.to


def _problem(name: str, known: list[str], place: Place) -> Problem:
    message = f"Cannot use the state '{name}': because `states` does not have it."
    return Problem(place, RULE, message, choose(name, known))
