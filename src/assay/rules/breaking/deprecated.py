"""Something is to go: an operation, a parameter or a property."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.breaking.sunset import day
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "deprecated"
KINDS = (
    Kind.DEPRECATED,
    Kind.SCHEMA,
)
CARD = Card(
    Level.NOTE,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.10, §4.8.12; JSON Schema 2020-12, Validation §9.3",
    fix="Tell clients what to use instead.",
    example="deprecated: true is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if change.kind is Kind.DEPRECATED:
        end = f", and may be gone from {change.after} on" if day(change.after) else ""
        return Told(f"It is deprecated now{end}.")
    if change.after and any(look.remarked(side, Aspect.DEPRECATED) for side in Side):
        return Told("It is deprecated now.")
    return None
