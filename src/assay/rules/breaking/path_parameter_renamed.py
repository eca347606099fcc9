"""A variable of a path has another name. Nothing of it is sent, but generated clients call their arguments so."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "path-parameter-renamed"
KINDS = (Kind.PARAMETER_RENAMED,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.8",
    fix="Keep the name.",
    example="/orders/{id}   →   /orders/{order}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"Its name went {look.went}: generated clients call their argument so.")
