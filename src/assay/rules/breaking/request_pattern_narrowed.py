"""Requests could carry texts that a pattern refuses now."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-pattern-narrowed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.3.3",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="pattern: '^[a-z0-9]+$'   →   pattern: '^[a-z]+$'",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.PATTERN):
        return None
    return Told(f"The pattern went {look.went}: who sends a text that it does not fit is refused.")
