"""A property of responses that was always there may be missing."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-property-optional"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.5.3",
    fix="Keep sending it.",
    example="required: [id, name]   →   required: [id]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not look.gained(Side.RESPONSE, Aspect.REQUIRED):
        return None
    return Told(f"'{change.name}' may be missing now: who reads it without looking fails.")
