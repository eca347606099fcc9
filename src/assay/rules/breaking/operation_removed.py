"""An operation is gone that was not announced to go."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "operation-removed"
KINDS = (Kind.OPERATION_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.10",
    fix="Deprecate it first, with the day from which it may be gone (`x-sunset`).",
    example="GET /orders is gone",
)


def check(look: Look) -> Told | None:
    """Told where nothing announced it; the two others of its kind tell the rest."""
    if look.has("deprecated"):
        return None
    return Told(f"{look.change.at} is gone: who asks it finds nobody.")
