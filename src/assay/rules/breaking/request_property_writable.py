"""A property of requests is not read-only any more. Where it is required, that is a warning: clients did not
have to send it.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-property-writable"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="JSON Schema 2020-12, Validation §9.4",
    fix="Leave it optional.",
    example="readOnly: true is gone",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (look.remarked(Side.REQUEST, Aspect.ACCESS) and not change.after):
        return None
    told = f"'{change.name}' is not read-only any more"
    if judged.difference.required:
        return Told(f"{told}: who does not send it may be refused.", Level.WARNING)
    return Told(f"{told}: it may be sent.")
