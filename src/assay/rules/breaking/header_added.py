"""A new header of responses."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "header-added"
KINDS = (Kind.HEADER_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.21",
    fix="Nothing.",
    example="headers: {X-Remaining: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(
        f"It is new{' and always there' if look.has('required') else ''}: the server has to send it in this form."
    )
