"""There is another security scheme. Who has to use it is told by the operations."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "security-scheme-added"
KINDS = (Kind.SCHEME_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.27",
    fix="Nothing.",
    example="securitySchemes: {key: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The security scheme '{change.name}' is new.")
