"""What an operation answers in a state is not said any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "cell-silent"
KINDS = (Kind.CELL_SILENT,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep saying it.",
    example="stopped: {status: 409}   →   stopped: silent",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"It went {look.went}: what is answered there is not documented any more.")
