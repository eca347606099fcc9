"""Responses may carry values outside of the bounds that held before."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-bound-widened"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.2 to §6.5",
    fix="Keep answering what was promised, or make it a new version of the operation.",
    example="maxLength: 50   →   maxLength: 100",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.gained(Side.RESPONSE, Aspect.BOUND):
        return None
    return Told(f"The bounds went {look.went}: who made room for the old ones has too little.")
