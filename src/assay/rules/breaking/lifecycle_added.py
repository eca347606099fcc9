"""It is said now what may be done in which state."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "lifecycle-added"
KINDS = (Kind.LIFECYCLE_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="lifecycles/order.yaml is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("The lifecycle is new: the server has to answer as its table says.")
