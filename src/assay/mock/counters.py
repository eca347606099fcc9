"""What counts an instance's changes (`monotone`): numbers go up, moments go forward, and neither without a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assay.laws import monotone
from assay.laws.reading import difference, place
from assay.machine.expression import UNRESOLVED, point
from assay.mock.patch import put
from assay.model.lifecycle import Law
from assay.model.terms import Json

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Counter:
    """A value of the document that grows with each change of the rest."""

    pointer: str
    #: how much, where it is a number
    by: float = 1

    def grown(self, document: Json, now: datetime) -> Json:
        """The document with the next value; as it is when there is neither a number nor a moment."""
        value = point(document, self.pointer)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return put(document, self.pointer, value + self.by)
        moment = moment_of(value)
        try:
            later = None if moment is None else _written(max(now, moment + _TICK))
        except OverflowError:  # after the year 9999 there is no moment to name
            return document
        return document if later is None else put(document, self.pointer, later)


def counters(laws: Iterable[Law]) -> tuple[Counter, ...]:
    """The counters that these laws state."""
    return tuple(
        Counter(place(name), rule.get("by", 1))
        for law in laws
        if law.name == monotone.NAME
        for name, rule in law.parameters.get("fields", {}).items()
    )


def begun(all_of: Iterable[Counter], document: Json, now: datetime) -> Json:
    """A new document: its moments are the present one."""
    for counter in all_of:
        if moment_of(point(document, counter.pointer)) is not None:
            document = put(document, counter.pointer, _written(now))
    return document


def counted(all_of: tuple[Counter, ...], before: Json, after: Json, now: datetime) -> Json:
    """`after` with its counters as they must be since it was `before`: grown where the rest differs, else as before."""
    but = frozenset(counter.pointer for counter in all_of)
    changed = difference(before, after, but) is not None
    for counter in all_of:
        was = point(before, counter.pointer)
        if was is not UNRESOLVED:
            after = put(after, counter.pointer, was)
            after = counter.grown(after, now) if changed else after
    return after


def moment_of(value: Json) -> datetime | None:
    """The date-time that a text is (RFC 3339), None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _written(moment: datetime) -> str:
    """The moment to the millisecond, so that two changes within a second differ."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
