"""There is another state. Whether clients come into it against their will is in the cells that lead to it."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "state-added"
KINDS = (Kind.STATE_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="states: {paused: {}} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("The state is new.")
