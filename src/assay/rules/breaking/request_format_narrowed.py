"""Requests could carry texts that are not of the format that is asked for now."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-format-narrowed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §7.3",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="type: string   →   type: string, format: uuid",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.FORMAT):
        return None
    return Told(f"The format went {look.went}: who sends another one is refused.")
