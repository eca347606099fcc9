"""Answers of a media type are not given any more."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.reading import Side

RULE = "response-media-type-removed"
KINDS = (Kind.MEDIA_TYPE_REMOVED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.17; RFC 9110 §12.5.1",
    fix="Keep answering it to those who ask for it.",
    example="content: {application/json: …, text/csv: …}   →   content: {application/json: …}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    if change.side is not Side.RESPONSE:
        return None
    return Told(f"{change.name} is not answered any more: who asks for it or reads it fails.")
