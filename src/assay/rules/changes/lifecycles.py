"""Changes of lifecycles: what may be done in which state, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.machine.reach import paths
from assay.model.contract import Api
from assay.model.copied import replace
from assay.model.lifecycle import Field, Lifecycle
from assay.model.terms import Json, Strength
from assay.rules.changes.cells import cell_changes
from assay.rules.changes.pairs import Both, by_name, paired, two
from assay.rules.changes.responses import strength_changes
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.shape import text


def lifecycle_changes(both: Both, renamed: dict[str, str]) -> Iterator[Change]:
    """Of all lifecycles. `renamed`: old operation id -> the new one of the same endpoint."""
    old, new = both.apis
    found = paired(old.lifecycles, new.lifecycles, lambda one: one.name)
    for one in found.gone:
        yield Change(Kind.LIFECYCLE_REMOVED, both.name, _subject(one), "", one.name, "there", "", one.place, new.place,
                     _firmest(one))  # fmt: skip
    for one in found.come:
        yield Change(Kind.LIFECYCLE_ADDED, both.name, _subject(one), "", one.name, "", "there", old.place, one.place,
                     _firmest(one))  # fmt: skip
    for one, other in found.both:
        yield from _lifecycle(both, one, other, renamed)


def _subject(lifecycle: Lifecycle) -> str:
    return f"lifecycle/{lifecycle.name}"


def _firmest(lifecycle: Lifecycle) -> Strength:
    strengths = {
        cell.strength for row in lifecycle.cells.values() for cell in row.values() if not cell.silent
    }
    return Strength.DOCUMENTED if Strength.DOCUMENTED in strengths or not strengths else Strength.EXEMPLIFIED


def _lifecycle(both: Both, old: Lifecycle, new: Lifecycle, renamed: dict[str, str]) -> Iterator[Change]:
    subject = _subject(new)
    yield from _identity(both, subject, old, new, renamed)
    yield from _states(both, subject, old, new)
    columns = {renamed.get(name, name): name for name in old.cells}
    known = {one.id for one in both.apis[1].operations}
    for name in dict.fromkeys((*columns, *new.cells)):
        at = f"action '{name}'"
        mine, theirs = old.cells.get(columns.get(name, "")), new.cells.get(name)
        if mine is None or theirs is None:
            kind = Kind.ACTION_ADDED if mine is None else Kind.ACTION_REMOVED
            # an operation that is gone has said so itself
            facts = frozenset({"told"} if kind is Kind.ACTION_REMOVED and name not in known else ())
            places = (both.at(0, old.place, "cells"), both.at(1, new.place, "cells"))
            cells = (mine or theirs or {}).values()
            strength = max(
                (cell.strength for cell in cells if not cell.silent), key=_rank, default=Strength.SILENT
            )
            yield Change(kind, both.name, subject, at, name, "" if mine is None else "there",
                         "" if theirs is None else "there", *places, strength, facts)  # fmt: skip
            continue
        for state in dict.fromkeys((*mine, *theirs)):
            yield from cell_changes(both, subject, (old, new), (mine.get(state), theirs.get(state)))
    yield from _fields(both, subject, old, new, renamed)
    yield from _laws(both, subject, old, new, renamed)


def _rank(strength: Strength) -> int:
    return (Strength.SILENT, Strength.EXEMPLIFIED, Strength.DOCUMENTED).index(strength)


def _identity(
    both: Both, subject: str, old: Lifecycle, new: Lifecycle, renamed: dict[str, str]
) -> Iterator[Change]:
    """How an instance comes about, what names it, and where its name is carried."""
    places = (both.at(0, old.place, "instance"), both.at(1, new.place, "instance"))
    facts = (
        ("created-by", renamed.get(old.created_by, old.created_by), new.created_by),
        ("id", old.id_expression, new.id_expression),
        ("url", old.url_expression or "", new.url_expression or ""),
        ("carried-in", _carried(both.apis[0], old), _carried(both.apis[1], new)),
    )
    for what, before, after in facts:
        if before != after:
            yield Change(Kind.IDENTITY, both.name, subject, f"instance, {what}", what, before, after, *places)


def _carried(_: Api, lifecycle: Lifecycle) -> str:
    """Where the id goes; what a variable of a path is called is nobody's business."""
    return ", ".join(
        sorted(
            where if where == "path" else f"{where} {name}" for name, where in lifecycle.carried_in.items()
        )
    )


def _states(both: Both, subject: str, old: Lifecycle, new: Lifecycle) -> Iterator[Change]:
    mine, theirs = (by_name(one.states, lambda state: state.name) for one in (old, new))
    reached, reachable = paths(old), paths(new)
    for name in dict.fromkeys((*mine, *theirs)):
        at, places = (
            f"state '{name}'",
            (both.at(0, old.place, "states", name), both.at(1, new.place, "states", name)),
        )
        if name not in theirs:
            yield Change(Kind.STATE_REMOVED, both.name, subject, at, name, "there", "", *places)
        elif name not in mine:
            yield Change(Kind.STATE_ADDED, both.name, subject, at, name, "", "there", *places)
        else:
            if (name in reached) != (name in reachable):
                kind = Kind.STATE_UNREACHABLE if name in reached else Kind.STATE_REACHABLE
                way = " → ".join((reached if name in reached else reachable)[name])
                yield Change(kind, both.name, subject, at, name, way if name in reached else "",
                             way if name in reachable else "", *places)  # fmt: skip
            if mine[name].final != theirs[name].final:
                told = two("final" if side[name].final else "not final" for side in (mine, theirs))
                yield Change(Kind.STATE_FINAL, both.name, subject, at, name, *told, *places)


def _fields(
    both: Both, subject: str, old: Lifecycle, new: Lifecycle, renamed: dict[str, str]
) -> Iterator[Change]:
    mine, theirs = (by_name(one.fields, lambda field: field.name) for one in (old, new))
    for name in dict.fromkeys((*mine, *theirs)):
        at, one, other = f"field '{name}'", mine.get(name), theirs.get(name)
        if one is None and other is not None:
            yield Change(Kind.FIELD_ADDED, both.name, subject, at, name, "", _field(other, {}), old.place, other.place,
                         other.strength)  # fmt: skip
        elif one is not None and other is None:
            yield Change(Kind.FIELD_REMOVED, both.name, subject, at, name, _field(one, renamed), "", one.place,
                         new.place, one.strength)  # fmt: skip
        elif one is not None and other is not None:
            yield from strength_changes(
                both, subject, at, (one.strength, other.strength), (one.place, other.place)
            )
            before, after = _field(one, renamed), _field(other, {})
            if before != after:
                yield Change(Kind.FIELD_CHANGED, both.name, subject, at, name, before, after, one.place, other.place,
                             min(one.strength, other.strength, key=_rank))  # fmt: skip


def _field(field: Field, renamed: dict[str, str]) -> str:
    parts = [str(field.kind)]
    parts += [f"sent {field.sent}"] if field.sent else []
    parts += [" ".join(field.rule.split())] if field.rule else []
    parts += sorted(f"{renamed.get(name, name)}: {where}" for name, where in field.at.items())
    return ", ".join(parts)


def _called(value: Json, renamed: dict[str, str]) -> Json:
    """The value with the new ids of operations in place of the old ones."""
    if isinstance(value, str):
        return renamed.get(value, value)
    if isinstance(value, Mapping):
        return {renamed.get(key, key): _called(member, renamed) for key, member in value.items()}
    return [_called(item, renamed) for item in value] if isinstance(value, list | tuple) else value


def _laws(
    both: Both, subject: str, old: Lifecycle, new: Lifecycle, renamed: dict[str, str]
) -> Iterator[Change]:
    # parameters name operations: one that is only called otherwise is the same
    there = [replace(law, parameters=_called(law.parameters, renamed)) for law in old.laws]
    found = paired(there, new.laws, lambda law: (law.name, text(dict(law.parameters))), lambda law: law.name)
    for law in found.gone:
        yield Change(Kind.LAW_REMOVED, both.name, subject, f"law '{law.name}'", law.name, "there", "", law.place,
                     new.place, law.strength)  # fmt: skip
    for law in found.come:
        yield Change(Kind.LAW_ADDED, both.name, subject, f"law '{law.name}'", law.name, "", "there", old.place,
                     law.place, law.strength)  # fmt: skip
    for one, other in found.both:
        at = f"law '{one.name}'"
        yield from strength_changes(
            both, subject, at, (one.strength, other.strength), (one.place, other.place)
        )
        if text(dict(one.parameters)) != text(dict(other.parameters)):
            yield Change(Kind.LAW_CHANGED, both.name, subject, at, one.name, text(dict(one.parameters)),
                         text(dict(other.parameters)), one.place, other.place,
                         min(one.strength, other.strength, key=_rank))  # fmt: skip
