"""Requests may have a body, and had none."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "optional-body-added"
KINDS = (Kind.BODY_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.13",
    fix="Nothing.",
    example="requestBody: {…} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if look.has("required"):
        return None
    return Told("A body may be sent, and there was none: the server has to understand it.")
