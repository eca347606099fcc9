"""A promise about responses is not made any more, and nothing else says as much. Where the responses' schema
does, this is a note.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "promise-removed"
KINDS = (Kind.PROMISE_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the promise, or tell those who rely on it.",
    example="promises: [{id: acknowledges, …}] is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    told = f"It is not promised any more ({look.change.before})"
    if look.has("kept"):
        return Told(f"{told}; the schema says as much.", Level.NOTE)
    return Told(f"{told}: who relies on it may fail.")
