"""Which requests tell most: what they should say, and whose answers show what they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.laws.table import successes
from assay.laws.terms import Ground
from assay.model.case import Case
from assay.model.lifecycle import FieldKind, Lifecycle, Transition


def telling(ground: Ground, operation: str, symbol: str) -> Case:
    """The surely valid request that says most of what its instance was not made with."""
    made = ground.ask(ground.cycle.created_by, symbol).body.value
    known = made if isinstance(made, Mapping) else {}

    def news(case: Case) -> int:
        said = case.body.value
        return sum(known.get(name) != v for name, v in said.items()) if isinstance(said, Mapping) else 0

    return max(ground.ways(operation, symbol), key=news)


def shows(cycle: Lifecycle, reading: str, state: str, operation: str) -> bool:
    """True when a reading in `state` would not be as documented, had the operation reached the instance."""
    remembered = {f.name for f in cycle.fields if f.kind is not FieldKind.VOLATILE and reading in f.at}
    if operation == cycle.created_by:
        return bool(remembered)
    ways = successes(cycle.cell(state, operation))
    if any(remembered & set(way.set) for way in ways):
        return True
    return any(tells(cycle, reading, state, end) for end in _ends(ways, state))


def probe(cycle: Lifecycle, state: str, operation: str) -> str | None:
    """An operation that answers otherwise once an instance went where `operation` leads, itself first; None: none.

    Of the creator nobody knows where it would bring another instance: wherever anything can from `state`.
    """
    creates = operation == cycle.created_by
    ways = [
        way
        for o in (cycle.operations if creates else (operation,))
        for way in successes(cycle.cell(state, o))
    ]
    asked = dict.fromkeys(o for o in (operation, *cycle.operations) if o != cycle.created_by)
    return next((o for o in asked for end in _ends(ways, state) if tells(cycle, o, state, end)), None)


def tells(cycle: Lifecycle, operation: str, state: str, other: str) -> bool:
    """True when no documented answer in `other` is one in `state` too; never where the table is silent."""
    here, there = cycle.cell(state, operation), cycle.cell(other, operation)
    if here is None or there is None or here.silent or there.silent:
        return False
    return not any(
        one.status == way.status and (one.body is None or one.body == way.body)
        for one in here.transitions
        for way in there.transitions
    )


def _ends(
    ways: Iterator[Transition] | tuple[Transition, ...] | list[Transition], state: str
) -> tuple[str, ...]:
    """Where these lead to, other than where they began."""
    return tuple(dict.fromkeys(way.to for way in ways if way.to is not None and way.to != state))
