"""Bodies of a media type are not accepted any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.reading import Side

RULE = "request-media-type-removed"
KINDS = (Kind.MEDIA_TYPE_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.13; RFC 9110 §15.5.16",
    fix="Keep accepting it.",
    example="content: {application/json: …, text/csv: …}   →   content: {application/json: …}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if change.side is not Side.REQUEST:
        return None
    return Told(f"{change.name} is not accepted any more: who sends it gets 415.")
