"""In a state, an operation may answer a status that it did not."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-status-added"
KINDS = (Kind.CELL_STATUS,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the status.",
    example="stopped: {status: 200}   →   stopped: {status: 409}",
)


def check(look: Look) -> Told | None:
    """Told of one cell."""
    if not look.has("more"):
        return None
    return Told(f"The status went {look.went}: who counts on the old one fails.")
