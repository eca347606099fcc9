"""The default of a value in responses is another one. It constrains nothing; generated clients may fill it in."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-default-changed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="JSON Schema 2020-12, Validation §9.2",
    fix="Nothing.",
    example="default: eur   →   default: usd",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.remarked(Side.RESPONSE, Aspect.DEFAULT):
        return None
    return Told(f"The default changed: {look.went}. Generated clients may fill it in.")
