"""A property of requests is gone, and members that are not declared are refused."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-property-refused"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §10.3.2.3",
    fix="Keep the property, deprecated.",
    example="additionalProperties: false, properties: {name: …, fax: …}   →   properties: {name: …}",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.lost(Side.REQUEST, Aspect.WITHDRAWN) and change.after == "refused"):
        return None
    return Told(f"'{change.name}' is gone, and no others are accepted: who sends it is refused.")
