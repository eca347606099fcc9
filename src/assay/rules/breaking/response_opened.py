"""Responses may carry members that nobody declared, and could not before. Clients mostly pass over what they do
not know.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-opened"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §10.3.2.3 and §11.3",
    fix="Keep it closed where clients were told so.",
    example="additionalProperties: false   →   additionalProperties: true",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.gained(Side.RESPONSE, Aspect.OPENNESS):
        return None
    return Told(f"Members that are not declared went {look.went}: who refuses what it does not know fails.")
