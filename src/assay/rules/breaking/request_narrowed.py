"""Requests could carry values that are not accepted any more, for reasons that lie in several places together."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-narrowed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §4.2",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="several keywords that only together refuse a value",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.OTHER):
        return None
    return Told("Some values are not accepted any more, for several reasons together.")
