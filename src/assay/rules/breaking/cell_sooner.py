"""What is answered in the end has to come sooner."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-sooner"
KINDS = (Kind.CELL_TIMING,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="eventually: {within: 30s, …}   →   eventually: {within: 5s, …}",
)


def check(look: Look) -> Told | None:
    """Told of one cell."""
    change = look.change
    if not look.has("sooner"):
        return None
    return Told(f"It has to be answered {change.after}, and was {change.before}.")
