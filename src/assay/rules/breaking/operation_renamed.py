"""An operation has another operationId. Nothing of it is sent, but generated clients call their functions by
it, and clause ids, waivers and histories contain it.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "operation-renamed"
KINDS = (Kind.OPERATION_RENAMED,)
CARD = Card(
    Level.NOTE,
    Whom.NEITHER,
    source="OpenAPI 3.1 §4.8.10",
    fix="Keep the id.",
    example="operation: getOrder   →   operation: readOrder",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    return Told(f"The operationId went {look.went}: generated clients, clause ids and waivers contain it.")
