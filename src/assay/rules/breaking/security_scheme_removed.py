"""A security scheme is gone. Whom that concerns is told by the operations."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "security-scheme-removed"
KINDS = (Kind.SCHEME_REMOVED,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.27",
    fix="Nothing.",
    example="securitySchemes: {key: …} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The security scheme '{change.name}' is gone.")
