"""What a request means that leaves a value out is not documented any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-default-removed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §9.2",
    fix="Keep the default.",
    example="default: 20 is gone",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.remarked(Side.REQUEST, Aspect.DEFAULT) and not change.after):
        return None
    return Told(
        f"The default {change.before} is gone: what leaving the value out means is not documented any more."
    )
