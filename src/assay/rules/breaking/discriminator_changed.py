"""How alternatives are told apart is another thing. It constrains no value, but generated clients choose by it."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "discriminator-changed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.25",
    fix="Keep its property and mapping.",
    example="discriminator: {propertyName: kind}   →   discriminator: {propertyName: type}",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not any(look.remarked(side, Aspect.DISCRIMINATOR) for side in Side):
        return None
    return Told(f"The discriminator changed: {look.went}. Generated clients choose by it.")
