"""Something that was to go stays."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "undeprecated"
KINDS = (
    Kind.UNDEPRECATED,
    Kind.SCHEMA,
)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.10, §4.8.12; JSON Schema 2020-12, Validation §9.3",
    fix="Nothing.",
    example="deprecated: true is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    remarked = not change.after and any(look.remarked(side, Aspect.DEPRECATED) for side in Side)
    return Told("It is not deprecated any more.") if remarked or change.kind is Kind.UNDEPRECATED else None
