"""An API is gone with all its operations."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "api-removed"
KINDS = (Kind.API_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.1",
    fix="Keep it, deprecated.",
    example="contracts/shop is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The API '{change.name}' is gone: nobody answers its clients.")
