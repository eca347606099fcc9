"""Requests could take a form that is not among the alternatives any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-alternative-removed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §10.2.1",
    fix="Keep accepting what was accepted, or make it a new version of the operation.",
    example="oneOf: [Card, Transfer]   →   oneOf: [Card]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.lost(Side.REQUEST, Aspect.ALTERNATIVE):
        return None
    return Told(f"A form is not accepted any more ({look.went}): who sends it is refused.")
