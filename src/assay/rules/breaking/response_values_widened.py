"""Responses may carry values that were not among the listed ones before."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-values-widened"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.1.2 and §6.1.3",
    fix="Keep answering what was promised, or make it a new version of the operation.",
    example="enum: [open, closed]   →   enum: [open, closed, frozen]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.gained(Side.RESPONSE, Aspect.VALUES):
        return None
    return Told(
        f"The listed values went {look.went}: who handles the old ones only meets one that it does not know."
    )
