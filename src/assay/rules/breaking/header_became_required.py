"""A header that could be missing from responses is always there."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "header-became-required"
KINDS = (Kind.HEADER_REQUIRED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.21",
    fix="Nothing.",
    example="required: false   →   required: true",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It has to be there always now.")
