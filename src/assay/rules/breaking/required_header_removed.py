"""A header that was always in responses is gone."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "required-header-removed"
KINDS = (Kind.HEADER_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.21",
    fix="Keep sending it.",
    example="headers: {Location: {required: true}} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if not look.has("required"):
        return None
    return Told("It is gone, and it was always there: who reads it fails.")
