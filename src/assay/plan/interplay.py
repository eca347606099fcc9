"""Short histories in which one step could spoil another: pairs on one instance, and steps on two.

A table is cheap to cover by single cells and expensive to cover by random walks; most real faults need exactly one step
too many (reading changes something, a refused request took effect, one instance's end ends another). So every ordered
pair is played once, before the random machine starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assay.model.case import Case, Credentials, Script, Subject, SubjectKind
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.plan.witness import Planner

_ORIGIN = "lifecycle"
_ONE, _TWO = "i1", "i2"


def scripts(planner: Planner, cycle: Lifecycle) -> Iterator[Script]:
    """Cells first; then in turns pairs on one instance, steps on two, and steps after a refused request.

    In turns, because a budget may cut the tail of a large table: what is cut is then a little of each kind.
    """
    yield from _cells(planner, cycle)
    asked = [operation for operation in cycle.operations if operation != cycle.created_by]
    states = [state.name for state in cycle.states if state.name != ABSENT]
    pairs = [(first, second) for first in asked for second in asked]
    yield from _in_turns(
        (
            script
            for state in states
            for one, two in pairs
            for script in _on_one(planner, cycle, state, one, two)
        ),
        (script for one, two in pairs for script in _on_two(planner, cycle, one, two)),
        (
            script
            for state in states
            for one, two in pairs
            for script in _refused_then(planner, cycle, state, one, two)
        ),
    )


def _in_turns(*kinds: Iterator[Script]) -> Iterator[Script]:
    left = list(kinds)
    while left:
        for kind in tuple(left):
            script = next(kind, None)
            if script is None:
                left.remove(kind)
            else:
                yield script


def _cells(planner: Planner, cycle: Lifecycle) -> Iterator[Script]:
    for operation, row in cycle.cells.items():
        for state in row:
            if (script := planner.on(cycle, state, operation, _ORIGIN)) is not None:
                yield script


def _refused_then(
    planner: Planner, cycle: Lifecycle, state: str, refused: str, then: str
) -> Iterator[Script]:
    lead = planner.lead(cycle, state, _ORIGIN)
    if lead and planner.maker(refused).operation.secured:
        first = replace(
            _ask(planner, refused, _ONE), credentials=Credentials.MISSING, title="missing credentials"
        )
        yield Script(f"{then} after a refused {refused}", (*lead, first, _ask(planner, then, _ONE)))


def _on_one(planner: Planner, cycle: Lifecycle, state: str, first: str, second: str) -> Iterator[Script]:
    lead = planner.lead(cycle, state, _ORIGIN)
    if not lead:
        return
    asked, then = _ask(planner, first, _ONE, other=True), _ask(planner, second, _ONE)
    yield Script(f"{first}, then {second}", (*lead, asked, then))
    cell = cycle.cell(state, first)
    if cell and first != second and any(t.to in {None, state} for t in cell.transitions):
        # what changes nothing may be asked again and again
        yield Script(f"{first} three times, then {second}", (*lead, asked, asked, asked, then))


def _on_two(planner: Planner, cycle: Lifecycle, first: str, second: str) -> Iterator[Script]:
    create = [
        replace(
            planner.usual(cycle.created_by, Subject(SubjectKind.NEW, symbol), _ORIGIN),
            title=f"creates {symbol}",
        )
        for symbol in (_ONE, _TWO)
    ]
    yield Script(
        f"{first} on one, {second} on the other",
        (*create, _ask(planner, first, _ONE), _ask(planner, second, _TWO)),
    )


def _ask(planner: Planner, operation: str, symbol: str, *, other: bool = False) -> Case:
    """A valid request; with `other`, one that writes something else than was there, where it can."""
    subject = Subject(SubjectKind.KNOWN, symbol)
    parts = planner.maker(operation).other if other else None
    if parts is None:
        return planner.usual(operation, subject, _ORIGIN)
    case = parts.case(planner.maker(operation).operation, "a valid request with other values", _ORIGIN)
    return replace(case, subject=subject)
