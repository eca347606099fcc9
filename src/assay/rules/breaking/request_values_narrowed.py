"""Requests could carry values that are not among the listed ones any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-values-narrowed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.1.2 and §6.1.3",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="enum: [asc, desc]   →   enum: [asc]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.VALUES):
        return None
    return Told(f"The listed values went {look.went}: who sends one that is not among them is refused.")
