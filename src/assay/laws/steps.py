"""Steps that many drills are made of: an instance with everything in it, a look at it, a request that succeeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from assay.laws.reading import success
from assay.laws.terms import Ground
from assay.machine.expression import MISSING
from assay.model.case import BodyKind, Case, Payload
from assay.model.lifecycle import Lifecycle


def rich(ground: Ground, state: str, symbol: str = "i1", principal: str = "") -> tuple[Case, ...]:
    """Brings `symbol` into `state`, created with every optional part: what may get lost is there.

    Raises `LookupError` when no documented way leads there.
    """
    first, *rest = ground.lead(state, symbol, principal)
    fullest = max(ground.ways(first.operation, symbol), key=lambda case: len(repr(case.body.value)))
    return (replace(fullest, title=first.title, principal=principal), *rest)


def step(ground: Ground, operation: str, role: str, symbol: str | None = "i1", principal: str = "") -> Case:
    """The usual request of that operation in that part of a drill."""
    return replace(ground.ask(operation, symbol), role=role, principal=principal)


def other(ground: Ground, case: Case, seed: str) -> Case:
    """The same request with another valid body; the very same where the schema leaves no choice."""
    value = ground.body(case.operation, seed)
    if value is MISSING or case.body.kind is not BodyKind.JSON:
        return case
    return replace(case, body=Payload(BodyKind.JSON, value, media_type=case.body.media_type))


def successes(ground: Ground, operations: Iterable[str], read: str) -> Iterator[tuple[str, str]]:
    """(state, operation), where the table lets the operation succeed and `read` shows the instance afterwards."""
    wanted = tuple(operations)
    for state in ground.states:
        for operation in wanted:
            cell = ground.cycle.cell(state, operation)
            ways = cell.transitions if cell is not None else ()
            if any(success(t.status) and visible(ground.cycle, t.to or state, read) for t in ways):
                yield state, operation


def visible(cycle: Lifecycle, state: str, read: str) -> bool:
    """True when the table says that `read` succeeds in that state."""
    cell = cycle.cell(state, read)
    return cell is not None and any(success(t.status) for t in cell.transitions)
