"""From a state, an operation leads into another one than it did."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-next-state-changed"
KINDS = (Kind.CELL_NEXT_STATE,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the next state.",
    example="running: {status: 200, to: stopped}   →   running: {status: 200, to: stopping}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"The next state went {look.went}: who goes on from the old one fails.")
