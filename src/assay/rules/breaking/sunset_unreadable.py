"""The day from which something may be gone (`x-sunset`) is no day."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.breaking.sunset import day
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "sunset-unreadable"
KINDS = (
    Kind.SUNSET,
    Kind.SCHEMA,
    Kind.DEPRECATED,
)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="RFC 3339 §5.6",
    fix="Write it as YYYY-MM-DD.",
    example="x-sunset: next year",
)


def check(look: Look) -> Told | None:
    """Told of what is said now."""
    change = look.change
    if change.kind is not Kind.SUNSET and not any(look.remarked(side, Aspect.SUNSET) for side in Side):
        return None
    after = change.after.strip('"')
    if not after or day(after) is not None:
        return None
    return Told(f"'{after}' is no day: nobody can tell from when on it may be gone.")
