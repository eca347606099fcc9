"""A new property of responses. Clients pass over members they do not know; only who was told that there are no
others may refuse it, and then this breaks clients.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-property-added"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.24",
    fix="Nothing, as long as clients pass over what they do not know.",
    example="properties: {id: …}   →   properties: {id: …, name: …}",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not look.remarked(Side.RESPONSE, Aspect.ADDED):
        return None
    if change.before == "refused":
        told = f"'{change.name}' is new, and clients were told that there are no others: they may refuse it."
        return Told(told, Level.BREAKING)
    return Told(f"'{change.name}' is new: the server has to answer it in this form.")
