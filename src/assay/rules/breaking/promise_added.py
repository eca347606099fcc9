"""A new promise about responses."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "promise-added"
KINDS = (Kind.PROMISE_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="Assay: docs/contract-format.md",
    fix="Nothing.",
    example="promises: [{id: acknowledges, …}] is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"It is promised now ({change.after}): the server has to keep it.")
