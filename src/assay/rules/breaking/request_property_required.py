"""A property of requests that could be left out has to be there."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-property-required"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.5.3",
    fix="Leave it optional, with a default for who does not send it.",
    example="required: [name]   →   required: [name, country]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not look.lost(Side.REQUEST, Aspect.REQUIRED):
        return None
    return Told(f"'{change.name}' is required now: who leaves it out is refused.")
