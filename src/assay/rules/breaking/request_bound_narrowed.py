"""Requests could carry values outside of bounds that are closer now: of numbers, lengths, counts or multiples."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-bound-narrowed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.2 to §6.5",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="maxLength: 100   →   maxLength: 50",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.BOUND):
        return None
    return Told(f"The bounds went {look.went}: who sends a value outside of them is refused.")
