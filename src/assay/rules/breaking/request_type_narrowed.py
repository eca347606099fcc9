"""Requests could carry values of a type that is not accepted any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-type-narrowed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.1.1",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="type: [string, integer]   →   type: string",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.TYPE):
        return None
    return Told(f"The type went {look.went}: who sends the old one is refused.")
