"""Instances come about otherwise, are named otherwise, or their name is carried elsewhere."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "instance-identity-changed"
KINDS = (Kind.IDENTITY,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the old way, too.",
    example="id: $response.body#/id   →   id: $response.body#/order/id",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"'{change.name}' went {look.went}: who makes or names instances the old way fails.")
