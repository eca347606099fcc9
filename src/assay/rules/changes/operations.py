"""Changes of operations as such: that they are there, where, and what is said of them as wholes."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.contract import Operation
from assay.rules.changes.announced import SUNSET, announcements
from assay.rules.changes.pairs import Both, endpoint, two
from assay.rules.changes.terms import Change, Kind


def gone(both: Both, operation: Operation) -> Change:
    """An operation that is not there any more."""
    sunset = str(operation.document.get(SUNSET, ""))
    facts = frozenset({"deprecated"} if operation.deprecated else ())
    return Change(Kind.OPERATION_REMOVED, both.name, operation.id, _endpoint(operation), operation.id, sunset, "",
                  operation.place, both.apis[1].place, facts=facts)  # fmt: skip


def come(both: Both, operation: Operation) -> Change:
    """An operation that was not there before."""
    return Change(Kind.OPERATION_ADDED, both.name, operation.id, _endpoint(operation), operation.id, "", "",
                  both.apis[0].place, operation.place)  # fmt: skip


def operation_changes(both: Both, old: Operation, new: Operation) -> Iterator[Change]:
    """Of what an operation is called, where it is, and what is announced of it."""
    places = (old.place, new.place)
    if endpoint(old) != endpoint(new):
        yield Change(Kind.OPERATION_MOVED, both.name, new.id, _endpoint(old), new.id, _endpoint(old), _endpoint(new),
                     *places)  # fmt: skip
    if old.id != new.id:
        yield Change(
            Kind.OPERATION_RENAMED, both.name, new.id, _endpoint(new), new.id, old.id, new.id, *places
        )
    yield from announcements(both.name, new.id, "", both.spots(old, new))
    tags = two(", ".join(sorted(map(str, one.document.get("tags", ())))) for one in (old, new))
    if tags[0] != tags[1]:
        spots = two(spot.below("tags").place for spot in both.spots(old, new))
        yield Change(Kind.TAGS, both.name, new.id, "tags", "", *tags, *spots)


def _endpoint(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"
