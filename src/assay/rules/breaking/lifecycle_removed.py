"""Nothing is said any more of what may be done in which state."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "lifecycle-removed"
KINDS = (Kind.LIFECYCLE_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep the table.",
    example="lifecycles/order.yaml is gone",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told("The lifecycle is gone: what is answered in which state is not documented any more.")
