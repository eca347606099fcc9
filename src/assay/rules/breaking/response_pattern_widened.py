"""Responses may carry texts that did not fit the pattern before."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-pattern-widened"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §6.3.3",
    fix="Keep answering what was promised, or make it a new version of the operation.",
    example="pattern: '^[a-z]+$'   →   pattern: '^[a-z0-9]+$'",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.gained(Side.RESPONSE, Aspect.PATTERN):
        return None
    return Told(f"The pattern went {look.went}: who takes texts apart by the old one fails.")
