"""A value is said to be remembered."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "field-added"
KINDS = (Kind.FIELD_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="fields: {name: {kind: echo, …}} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"The value has to stay now ({change.after}).")
