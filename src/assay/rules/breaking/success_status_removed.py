"""A status of success is not documented any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "success-status-removed"
KINDS = (Kind.STATUS_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.16",
    fix="Keep answering it.",
    example="responses: {200: …}   →   responses: {202: …}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if look.has("error"):
        return None
    return Told(f"{change.name} is not documented any more: who waits for it waits in vain.")
