"""Bodies of another media type are accepted, too."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.reading import Side

RULE = "request-media-type-added"
KINDS = (Kind.MEDIA_TYPE_ADDED,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="OpenAPI 3.1 §4.8.13",
    fix="Nothing.",
    example="content: {text/csv: …} is new",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if change.side is not Side.REQUEST:
        return None
    return Told(f"{change.name} is accepted, too: the server has to read it.")
