"""A parameter is gone. Who sends it is passed over, or refused."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "parameter-removed"
KINDS = (Kind.PARAMETER_REMOVED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.12",
    fix="Keep it, deprecated, until nobody sends it.",
    example="{name: country, in: query} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    message = "It is gone: who sends it may be passed over or refused."
    return Told(message, Level.NOTE if look.has("deprecated") else None)
