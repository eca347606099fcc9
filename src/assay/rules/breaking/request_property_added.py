"""A new property of requests may be there. Only who sent a member of that name that nobody had declared can
notice.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "request-property-added"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.24",
    fix="Nothing: clients may go on as they are.",
    example="properties: {name: …}   →   properties: {name: …, nickname: …}",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    judged = change.judged
    if judged is None or not (look.remarked(Side.REQUEST, Aspect.ADDED) and not judged.difference.required):
        return None
    return Told(f"'{change.name}' is new and optional: the server has to understand it.")
