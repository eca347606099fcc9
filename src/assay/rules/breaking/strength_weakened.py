"""The documentation stands less firmly behind something than it did."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "strength-weakened"
KINDS = (Kind.STRENGTH,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Look whether the documentation really says less.",
    example="strength: documented   →   strength: exemplified",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if not look.has("weaker"):
        return None
    return Told(f"It went {look.went}: clients cannot rely on it as they could.")
