"""A law over histories does not hold any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "law-removed"
KINDS = (Kind.LAW_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/laws.md",
    fix="Keep the law.",
    example="laws: [unique-ids] is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It does not hold any more: who relies on it may fail.")
