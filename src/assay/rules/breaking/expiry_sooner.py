"""Instances may expire at a moment at which they could not before, or are not said to expire any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "expiry-sooner"
KINDS = (Kind.CELL_TIMING,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the time.",
    example="expires: {after: 30m}   →   expires: {after: 10m}",
)


def check(look: Look) -> Told | None:
    """Told of one cell."""
    if not look.has("sooner-expiry"):
        return None
    return Told(f"The expiry changed: {look.went}. Who counts on the old moment fails.")
