"""The rule of a promise is another one. What follows from it, nobody can tell from two expressions: undecided."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "promise-rule-changed"
KINDS = (Kind.PROMISE_RULE,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Read both.",
    example="rule: response.body.total >= 0   →   rule: response.body.total > 0",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("The rule changed; whether it promises more or less is undecided.")
