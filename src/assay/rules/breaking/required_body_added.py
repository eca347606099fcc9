"""Requests have to have a body, and had none."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "required-body-added"
KINDS = (Kind.BODY_ADDED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.13",
    fix="Make it optional.",
    example="requestBody: {required: true, …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if not look.has("required"):
        return None
    return Told("A body is required, and there was none: who sends none is refused.")
