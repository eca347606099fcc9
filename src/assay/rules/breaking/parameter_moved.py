"""A parameter is sent elsewhere."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "parameter-moved"
KINDS = (Kind.PARAMETER_MOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.12.1",
    fix="Hear it in both places.",
    example="in: query   →   in: header",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"It went {look.went}: who sends it in the old place is not heard.")
