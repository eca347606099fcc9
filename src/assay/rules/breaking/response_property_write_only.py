"""A property of responses is write-only now: it is not answered any more. Where it was always there, that
breaks clients.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-property-write-only"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §9.4",
    fix="Keep sending it.",
    example="writeOnly: true is new",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (look.remarked(Side.RESPONSE, Aspect.ACCESS) and bool(change.after)):
        return None
    message = f"'{change.name}' is write-only now: who reads it gets it no more."
    return Told(message, Level.BREAKING if judged.difference.required else None)
