"""A body that could be left out has to be sent."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "body-became-required"
KINDS = (Kind.BODY_REQUIRED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.13",
    fix="Leave it optional.",
    example="required: false   →   required: true",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It is required now: who sends none is refused.")
