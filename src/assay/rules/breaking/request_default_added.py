"""What a request means that leaves a value out is documented now. It was not before, so clients may have seen
something else.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-default-added"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §9.2",
    fix="See that servers did so before.",
    example="default: 20 is new",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.remarked(Side.REQUEST, Aspect.DEFAULT) and not change.before):
        return None
    return Told(f"The default {change.after} is new: see that it is what servers did anyway.")
