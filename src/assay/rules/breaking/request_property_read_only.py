"""A property of requests is read-only now: who sends it is passed over, or refused."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-property-read-only"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §9.4",
    fix="Keep hearing it.",
    example="readOnly: true is new",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.remarked(Side.REQUEST, Aspect.ACCESS) and bool(change.after)):
        return None
    return Told(f"'{change.name}' is read-only now: who sends it may be passed over or refused.")
