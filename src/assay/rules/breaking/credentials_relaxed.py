"""Credentials are enough that were not before."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "credentials-relaxed"
KINDS = (Kind.ACCESS_GAINED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.30",
    fix="See that this is meant.",
    example="security: [{key: []}]   →   security: []",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"{change.name[:1].upper()}{change.name[1:]} is enough and was not before ({look.went}).")
