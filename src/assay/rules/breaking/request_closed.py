"""Requests could carry members that nobody declared, and cannot any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-closed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §10.3.2.3 and §11.3",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="additionalProperties: true   →   additionalProperties: false",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.OPENNESS):
        return None
    return Told(f"Members that are not declared went {look.went}: who sends one is refused.")
