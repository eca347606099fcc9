"""The value of a parameter is written otherwise. A value of one word may look the same."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "parameter-style-changed"
KINDS = (Kind.PARAMETER_STYLE,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.12.2 to §4.8.12.4",
    fix="Keep the style, or use a new parameter.",
    example="style: form, explode: true   →   explode: false",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"The way it is written went {look.went}: who writes it the old way is read wrongly.")
