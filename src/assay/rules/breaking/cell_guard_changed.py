"""When a way of answering holds, or what is remembered by it, is another expression. What follows from it,
nobody can tell: undecided.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-guard-changed"
KINDS = (Kind.CELL_GUARD,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Read both.",
    example="when: request.body.amount > 0   →   when: request.body.amount > 10",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(
        f"A condition or an effect changed ({look.went}); whether clients meet something else is undecided."
    )
