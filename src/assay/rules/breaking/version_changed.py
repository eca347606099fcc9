"""The API's version is another one."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "version-changed"
KINDS = (Kind.VERSION,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.2",
    fix="Nothing.",
    example="version: 1.4.0   →   version: 2.0.0",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"The version went {look.went}.")
