"""A parameter that had to be sent may be left out."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "parameter-became-optional"
KINDS = (Kind.PARAMETER_OPTIONAL,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.12",
    fix="Say what leaving it out means.",
    example="required: true   →   required: false",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It may be left out now: the server has to do without.")
