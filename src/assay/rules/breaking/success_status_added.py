"""A status of success may be answered that was not documented. Clients have to take it for its class (RFC 9110
§15), and may not do what it means.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "success-status-added"
KINDS = (Kind.STATUS_ADDED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.16; RFC 9110 §15",
    fix="Answer it only to those who asked for what is new.",
    example="responses: {202: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if look.has("error"):
        return None
    return Told(f"{change.name} may be answered: who knows the old ones only takes it for one of them.")
