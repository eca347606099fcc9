"""An error is not documented any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "error-status-removed"
KINDS = (Kind.STATUS_REMOVED,)
CARD = Card(
    Level.NOTE,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.16; RFC 9110 §15",
    fix="Say what is answered instead.",
    example="responses: {404: …} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if not look.has("error"):
        return None
    return Told(f"{change.name} is not documented any more: what is answered instead, nobody says.")
