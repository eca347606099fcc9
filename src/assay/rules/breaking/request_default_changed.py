"""What a request means that leaves a value out is another thing now."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-default-changed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §9.2; OpenAPI 3.1 §4.8.12",
    fix="Keep the default.",
    example="default: 20   →   default: 100",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.remarked(Side.REQUEST, Aspect.DEFAULT) and bool(change.before) and bool(change.after)):
        return None
    return Told(f"The default went {look.went}: who leaves the value out gets something else than before.")
