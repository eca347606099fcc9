"""An error may be answered that was not documented. Clients have to take it for its class (RFC 9110 §15)."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "error-status-added"
KINDS = (Kind.STATUS_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.16; RFC 9110 §15",
    fix="Nothing, as long as it does not take the place of a success.",
    example="responses: {409: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if not look.has("error"):
        return None
    return Told(f"{change.name} may be answered: clients that do not know it take it for its class.")
