"""The day from which something may be gone (`x-sunset`) is another one, or is not named any more. A later day
is a note.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.breaking.sunset import day
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "sunset-changed"
KINDS = (
    Kind.SUNSET,
    Kind.SCHEMA,
)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="RFC 8594",
    fix="Do not bring it forward.",
    example="x-sunset: 2027-12-31   →   x-sunset: 2027-06-30",
)


def check(look: Look) -> Told | None:
    """Told of operations, parameters and properties."""
    change = look.change
    if change.kind is not Kind.SUNSET and not any(look.remarked(side, Aspect.SUNSET) for side in Side):
        return None
    before, after = (text.strip('"') for text in (change.before, change.after))
    old, new = day(before), day(after)
    if after and new is None and not before:
        return None  # that it is no day is told already
    later = not before or (old is not None and new is not None and new > old)
    told = f"The day from which it may be gone went from {before or 'none'} to {after or 'none'}."
    return Told(told, Level.NOTE if later else None)
