"""A header that could be in responses is gone."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "optional-header-removed"
KINDS = (Kind.HEADER_REMOVED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.21",
    fix="Keep sending it.",
    example="headers: {X-Remaining: …} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if look.has("required"):
        return None
    return Told("It is gone: who relies on it gets it no more.")
