"""The API is served at another address, too."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "server-added"
KINDS = (Kind.SERVER_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.5",
    fix="Nothing.",
    example="servers: [{url: …}] is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The server {change.name} is new.")
