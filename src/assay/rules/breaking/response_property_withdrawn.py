"""A property that could be in responses is gone. A client had to do without it anyway, but may not do well."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-property-withdrawn"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.24",
    fix="Keep sending it, deprecated.",
    example="properties: {id: …, name: …}   →   properties: {id: …}",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (
        look.remarked(Side.RESPONSE, Aspect.WITHDRAWN) and not judged.difference.required
    ):
        return None
    return Told(f"'{change.name}' is gone: who relies on it gets it no more.")
