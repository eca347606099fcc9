"""Values that have a before and after: numbers, and date-times as moments (RFC 3339)."""

from __future__ import annotations

from datetime import datetime

from assay.model.terms import Json

Size = float | datetime


def size(value: Json) -> Size | None:
    """What can be compared of a value: a number as it is, a text as the moment it names; None for anything else.

    A date-time without an offset names no moment.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def comparable(one: Size, other: Size) -> bool:
    """True for two numbers or two moments."""
    return isinstance(one, datetime) is isinstance(other, datetime)


def less(one: Size, other: Size) -> bool:
    """True when the first comes before the second; never where they cannot be compared."""
    if isinstance(one, datetime) or isinstance(other, datetime):
        return isinstance(one, datetime) and isinstance(other, datetime) and one < other
    return one < other
