"""Changes of one entry of a lifecycle's table."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.lifecycle import Cell, Lifecycle, Nothing, Transition, duration
from assay.model.problem import Place
from assay.model.terms import Schema, Strength
from assay.rules.changes.pairs import Both, paired, two
from assay.rules.changes.responses import strength_changes
from assay.rules.changes.schemas import schema_changes
from assay.rules.changes.spot import Spot
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.reading import Side
from assay.rules.schemas.shape import text

#: the body predicate `nothing` as a schema: null, or a body of no length, which is read as null
_NOTHING = {"type": "null"}


def cell_changes(
    both: Both, subject: str, tables: tuple[Lifecycle, Lifecycle], cells: tuple[Cell | None, Cell | None]
) -> Iterator[Change]:
    """Of one state and operation; nothing for states that are on one side only, they tell themselves."""
    old, new = cells
    known = [{state.name for state in table.states} for table in tables]
    written = new or old
    if written is None or not all(written.state in states for states in known):
        return
    at = f"'{written.operation}' in state '{written.state}'"
    places = two(
        cell.place if cell is not None else both.at(which, tables[which].place, "cells")
        for which, cell in enumerate(cells)
    )
    stated = [cell is not None and not cell.silent for cell in cells]
    if stated[0] != stated[1]:
        kind, cell = (Kind.CELL_SILENT, old) if stated[0] else (Kind.CELL_DOCUMENTED, new)
        assert cell is not None  # noqa: S101 - a stated cell is there
        told = _told(cell)
        yield Change(kind, both.name, subject, at, written.state, told if stated[0] else "silent",
                     told if stated[1] else "silent", *places, cell.strength)  # fmt: skip
    elif old is not None and new is not None and stated[0]:
        yield from _cell(both, subject, at, old, new, (places[0], places[1]))


def _told(cell: Cell) -> str:
    return " or ".join(dict.fromkeys(_way(way, cell.state) for way in cell.transitions))


def _way(way: Transition, state: str) -> str:
    to = f" → {way.to}" if way.to not in {None, state} else ""
    return f"{way.status}{to}"


def _cell(
    both: Both, subject: str, at: str, old: Cell, new: Cell, places: tuple[Place, Place]
) -> Iterator[Change]:
    strength = (
        Strength.DOCUMENTED if {old.strength, new.strength} == {Strength.DOCUMENTED} else Strength.EXEMPLIFIED
    )
    yield from strength_changes(both, subject, at, (old.strength, new.strength), places)

    def change(kind: Kind, before: str, after: str, *facts: str) -> Change:
        return Change(
            kind, both.name, subject, at, old.state, before, after, *places, strength, frozenset(facts)
        )

    statuses = two(dict.fromkeys(str(way.status) for way in cell.transitions) for cell in (old, new))
    gone, come = (
        [one for one in statuses[0] if one not in statuses[1]],
        [o for o in statuses[1] if o not in statuses[0]],
    )
    if gone or come:
        facts = (("more",) if come else ()) + (("fewer",) if gone else ())
        yield change(Kind.CELL_STATUS, ", ".join(statuses[0]), ", ".join(statuses[1]), *facts)
    found = paired(
        old.transitions, new.transitions, lambda way: _exact(way, old.state), lambda way: (way.status, way.when),
        lambda way: way.status,
    )  # fmt: skip
    for one, other in found.both:
        if (one.to or old.state) != (other.to or new.state):
            yield change(Kind.CELL_NEXT_STATE, one.to or old.state, other.to or new.state)
        if _guard(one) != _guard(other):
            yield change(Kind.CELL_GUARD, _guard(one), _guard(other))
        if one.expires != other.expires:
            yield change(Kind.CELL_TIMING, _expiry(one), _expiry(other), *_sooner(one, other))
        yield from _bodies(both, subject, at, one, other, places, strength)
    # another way of the status that is there already
    again = [way for way in found.come if str(way.status) in statuses[0]]
    for way in again:
        yield (
            change(Kind.CELL_NEXT_STATE, _told(old), _told(new))
            if way.when is None
            else change(Kind.CELL_GUARD, "", _guard(way))
        )
    for way in (way for way in found.gone if str(way.status) in statuses[1]):
        yield change(Kind.CELL_GUARD, _guard(way) or _way(way, old.state), "", "fewer")
    waits = [cell.eventually for cell in (old, new)]
    if waits[0] != waits[1]:
        within = two(wait.within if wait else 0.0 for wait in waits)
        if within[0] != within[1]:
            yield change(Kind.CELL_TIMING, *(f"within {duration(one)}" if one else "at once" for one in within),
                         "later" if within[1] > within[0] else "sooner")  # fmt: skip


def _exact(way: Transition, state: str) -> tuple[object, ...]:
    return way.status, way.to or state, way.when, text(way.body), text(dict(way.set)), way.expires


def _guard(way: Transition) -> str:
    parts = [f"when {' '.join(way.when.split())}"] if way.when else []
    parts += [f"set {text(dict(way.set))}"] if way.set else []
    return ", ".join(parts)


def _expiry(way: Transition) -> str:
    return f"after {duration(way.expires.after)}, slack {duration(way.expires.slack)}" if way.expires else ""


def _sooner(old: Transition, new: Transition) -> tuple[str, ...]:
    """An instance that may expire sooner is what a client may not have reckoned with."""
    if old.expires is None or new.expires is None:
        return ("sooner-expiry",)
    latest = [one.expires.after + one.expires.slack for one in (old, new) if one.expires]
    return (
        ("sooner-expiry",)
        if new.expires.after < old.expires.after or latest[1] > latest[0]
        else ("kept-longer",)
    )


def _bodies(
    both: Both,
    subject: str,
    at: str,
    old: Transition,
    new: Transition,
    places: tuple[Place, Place],
    strength: Strength,
) -> Iterator[Change]:
    schemas: list[Schema] = [
        True if way.body is None else _NOTHING if way.body is Nothing.NOTHING else way.body
        for way in (old, new)
    ]
    spots = two(
        Spot(contracts, api, place.file, f"{place.pointer}/body", schema)
        for contracts, api, place, schema in zip(both.contracts, both.apis, places, schemas, strict=True)
    )
    yield from schema_changes(
        both, subject, f"{at}, body", Side.RESPONSE, (spots[0], spots[1]), (schemas[0], schemas[1]),
        strength=strength, expressions=True,
    )  # fmt: skip
