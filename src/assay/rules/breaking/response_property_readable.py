"""A property of responses is not write-only any more: it may be answered. Where it is required, it has to be,
and that is a warning: what the server answered so far may have been without it.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-property-readable"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="JSON Schema 2020-12, Validation §9.4",
    fix="See that it really is answered.",
    example="writeOnly: true is gone",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (look.remarked(Side.RESPONSE, Aspect.ACCESS) and not change.after):
        return None
    message = f"'{change.name}' is not write-only any more: the server has to answer it in this form."
    return Told(message, Level.WARNING if judged.difference.required else None)
