"""A state can be reached that could not be."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "state-reachable"
KINDS = (Kind.STATE_REACHABLE,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="stop: {running: {status: 200}}   →   stop: {running: {status: 200, to: stopped}}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"{change.after} leads there now.")
