"""A state ends an instance that did not, or does not any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "state-final-changed"
KINDS = (Kind.STATE_FINAL,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep what is final.",
    example="stopped: {final: true}   →   stopped: {}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(
        f"It went {look.went}: clients that stop at what is final, or go on, do so at another moment."
    )
