"""Instances may not expire any more at a moment at which they could."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "expiry-later"
KINDS = (Kind.CELL_TIMING,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="expires: {after: 10m, slack: 5m}   →   expires: {after: 12m, slack: 1m}",
)


def check(look: Look) -> Told | None:
    """Told of one cell."""
    if not look.has("kept-longer"):
        return None
    return Told(f"The expiry changed: {look.went}. The server has to keep instances longer.")
