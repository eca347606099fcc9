"""A property of requests is gone. Whoever sends it is not refused, but is not heard either, or in another way."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-property-withdrawn"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.24",
    fix="Keep the property, deprecated, until nobody sends it.",
    example="properties: {name: …, fax: …}   →   properties: {name: …}",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.remarked(Side.REQUEST, Aspect.WITHDRAWN) and change.after != "refused"):
        return None
    return Told(f"'{change.name}' is gone: what a client says by it is not documented to be heard.")
