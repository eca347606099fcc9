"""Credentials that were enough are not any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "credentials-required"
KINDS = (Kind.ACCESS_LOST,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.30",
    fix="Keep the old way in as an alternative.",
    example="security: []   →   security: [{key: []}]",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    way = f"{change.name[:1].upper()}{change.name[1:]}"
    return Told(f"{way} was enough and is not any more ({look.went}): who asks so is refused.")
