"""A header that was always in responses may be missing."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "header-became-optional"
KINDS = (Kind.HEADER_OPTIONAL,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.21",
    fix="Keep sending it.",
    example="required: true   →   required: false",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It may be missing now: who reads it without looking fails.")
