"""There is a state less. What that means for clients is in the cells that led to it."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "state-removed"
KINDS = (Kind.STATE_REMOVED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the state, or tell those who wait for it.",
    example="states: {paused: {}} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("The state is gone: clients that wait for it wait in vain.")
