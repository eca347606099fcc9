"""An operation is in the table that was not: what it answers in which state is said now."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "action-added"
KINDS = (Kind.ACTION_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="cells: {pause: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It is in the table now: the server has to answer as it says.")
