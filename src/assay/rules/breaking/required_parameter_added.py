"""A new parameter has to be sent."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "required-parameter-added"
KINDS = (Kind.PARAMETER_ADDED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.12",
    fix="Make it optional, with a default.",
    example="{name: country, in: query, required: true} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    if not look.has("required"):
        return None
    return Told("It is new and required: who does not know of it is refused.")
