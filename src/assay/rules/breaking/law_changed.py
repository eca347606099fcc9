"""A law has other parameters. Whether it asks more or less is undecided."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "law-changed"
KINDS = (Kind.LAW_CHANGED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/laws.md",
    fix="Read both.",
    example="atomic: {operation: stop}   →   atomic: {operation: end}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"Its parameters went {look.went}; whether it asks more or less is undecided.")
