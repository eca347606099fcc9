"""A law over histories holds that did not."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "law-added"
KINDS = (Kind.LAW_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/laws.md",
    fix="Nothing.",
    example="laws: [unique-ids] is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("It holds now: the server has to keep it.")
