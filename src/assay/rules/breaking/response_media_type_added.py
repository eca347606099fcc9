"""Answers of another media type may be given. Clients ask for what they can read. Where nothing was said of a
body before, it is the first.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.reading import Side

RULE = "response-media-type-added"
KINDS = (Kind.MEDIA_TYPE_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.17; RFC 9110 §12.5.1",
    fix="Answer it only to those who ask for it.",
    example="content: {text/csv: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if change.side is not Side.RESPONSE:
        return None
    return Told(
        f"{change.name} may be answered{'; nothing was said of a body before' if look.has('first') else ', too'}."
    )
