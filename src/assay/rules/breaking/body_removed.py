"""Requests had a body that nobody documents any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "body-removed"
KINDS = (Kind.BODY_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.13",
    fix="Keep it, or make it a new operation.",
    example="requestBody: {…} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("The body is gone: what clients say by it is not heard, or refused.")
