"""An operation is not in the table any more: what it answers in which state is not said."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "action-removed"
KINDS = (Kind.ACTION_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep its column.",
    example="cells: {pause: …} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if look.has("told"):
        return None
    return Told("It is not in the table any more: what it answers in which state is not documented.")
