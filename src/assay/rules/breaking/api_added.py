"""A new API."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "api-added"
KINDS = (Kind.API_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.1",
    fix="Nothing.",
    example="contracts/shop is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The API '{change.name}' is new.")
