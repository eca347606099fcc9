"""A new parameter may be sent."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "optional-parameter-added"
KINDS = (Kind.PARAMETER_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.12",
    fix="Nothing.",
    example="{name: country, in: query} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if look.has("required"):
        return None
    return Told("It is new and optional: the server has to understand it.")
