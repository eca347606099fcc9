"""A property that was always in responses is gone."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "required-response-property-withdrawn"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.5.3",
    fix="Keep sending it, deprecated.",
    example="properties: {id: …, name: …}, required: [id, name]   →   properties: {id: …}, required: [id]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (look.remarked(Side.RESPONSE, Aspect.WITHDRAWN) and judged.difference.required):
        return None
    return Told(f"'{change.name}' is gone, and it was always there: who reads it fails.")
