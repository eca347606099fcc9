"""A value is not said to be remembered any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "field-removed"
KINDS = (Kind.FIELD_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the field.",
    example="fields: {name: {kind: echo, …}} is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"It is not said any more that the value stays ({change.before}): who relies on it may fail.")
