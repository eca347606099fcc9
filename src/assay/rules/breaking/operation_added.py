"""A new operation."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "operation-added"
KINDS = (Kind.OPERATION_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.10",
    fix="Nothing.",
    example="GET /orders is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"{change.at} is new: the server has to answer it.")
