"""Requests could carry null where it is not accepted any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-null-refused"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.1.1",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="type: [string, 'null']   →   type: string",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.NULL):
        return None
    return Told("null is not accepted any more: who sends it is refused.")
