"""The documentation stands more firmly behind something than it did."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "strength-raised"
KINDS = (Kind.STRENGTH,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="strength: exemplified   →   strength: documented",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if not look.has("stronger"):
        return None
    return Told(f"It went {look.went}: who does not keep it is told of it.")
