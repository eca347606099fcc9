"""What is answered in the end may come later than it did."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-later"
KINDS = (Kind.CELL_TIMING,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the time.",
    example="eventually: {within: 5s, …}   →   eventually: {within: 30s, …}",
)


def check(look: Look) -> Told | None:
    """Told of one cell."""
    change = look.change
    if not look.has("later"):
        return None
    return Told(
        f"It is answered {change.after}, and was {change.before}: who waits no longer than that gives up."
    )
