"""An address at which the API was served is not named any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "server-removed"
KINDS = (Kind.SERVER_REMOVED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.5",
    fix="Keep it, or let it send clients on.",
    example="servers: [{url: …}] is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The server {change.name} is not named any more: who asks there may find nobody.")
