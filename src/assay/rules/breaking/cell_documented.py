"""What an operation answers in a state is said now."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-documented"
KINDS = (Kind.CELL_DOCUMENTED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="stopped: silent   →   stopped: {status: 409}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"It went {look.went}: the server has to answer so.")
