"""Credentials of a scheme are sent otherwise. Where no operation asked for them, that is a note."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "security-scheme-changed"
KINDS = (Kind.SCHEME_CHANGED,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.27",
    fix="Add the new scheme as an alternative, and keep the old one.",
    example="in: header   →   in: query",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    told = f"The security scheme '{look.change.name}' went {look.went}"
    if look.has("unused"):
        return Told(f"{told}; no operation asked for it.", Level.NOTE)
    return Told(f"{told}: credentials that are sent the old way are not seen.")
