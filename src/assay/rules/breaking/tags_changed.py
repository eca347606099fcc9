"""An operation is grouped otherwise. Nothing of it is sent, but generated clients group their functions by it."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "tags-changed"
KINDS = (Kind.TAGS,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.22",
    fix="Nothing.",
    example="tags: [Orders]   →   tags: [Sales]",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"The tags went {look.went}: generated clients group by them.")
