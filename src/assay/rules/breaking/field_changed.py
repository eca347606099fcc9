"""A value is remembered otherwise. Whether clients meet something else is undecided."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "field-changed"
KINDS = (Kind.FIELD_CHANGED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Read both.",
    example="kind: echo   →   kind: server",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"It went {look.went}; whether clients meet something else is undecided.")
