"""In a state, an operation answers one of the statuses no more that it could."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-status-removed"
KINDS = (Kind.CELL_STATUS,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="stopped: [{status: 200}, {status: 409}]   →   stopped: {status: 409}",
)


def check(look: Look) -> Told | None:
    """Told of one cell."""
    if look.has("more"):
        return None
    return Told(f"The status went {look.went}: the server may not answer the others any more.")
