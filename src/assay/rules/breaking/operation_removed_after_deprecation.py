"""An operation is gone that was deprecated. Where the day from which it may be gone is past, that is a note."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.breaking.sunset import day
from assay.rules.changes.terms import Kind

RULE = "operation-removed-after-deprecation"
KINDS = (Kind.OPERATION_REMOVED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.10; RFC 8594",
    fix="See that nobody asks it any more.",
    example="GET /orders, deprecated: true, is gone",
)


def check(look: Look) -> Told | None:
    """Told where it was deprecated, and no day that was promised lies ahead."""
    change = look.change
    end = day(change.before)
    if not look.has("deprecated") or (end is not None and look.today is not None and look.today < end):
        return None
    told = f"{change.at} is gone. It was deprecated: who still asks it finds nobody."
    return Told(told, Level.NOTE if end is not None and look.today is not None else None)
