"""An operation is asked by another method or at another path."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "operation-moved"
KINDS = (Kind.OPERATION_MOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.8 and §4.8.9",
    fix="Keep the old one beside the new one, deprecated.",
    example="GET /orders   →   GET /v2/orders",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"It went {look.went}: who asks the old one finds nobody.")
