"""A new property of requests has to be there."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "required-request-property-added"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.5.3",
    fix="Make it optional, with a default for who does not send it.",
    example="properties: {name: …}   →   properties: {name: …, country: …}, required: [country]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (look.lost(Side.REQUEST, Aspect.ADDED) and judged.difference.required):
        return None
    return Told(f"'{change.name}' is new and required: who does not know of it is refused.")
