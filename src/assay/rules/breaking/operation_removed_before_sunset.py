"""An operation is gone before the day up to which it was promised (`x-sunset`)."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.breaking.sunset import day
from assay.rules.changes.terms import Kind

RULE = "operation-removed-before-sunset"
KINDS = (Kind.OPERATION_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="RFC 8594",
    fix="Keep it until that day.",
    example="GET /orders, deprecated: true, x-sunset: 2999-12-31, is gone",
)


def check(look: Look) -> Told | None:
    """Told where the day lies ahead."""
    change = look.change
    end = day(change.before)
    if not look.has("deprecated") or end is None or look.today is None or look.today >= end:
        return None
    return Told(
        f"{change.at} is gone, and was promised until {change.before}: who counts on that finds nobody."
    )
