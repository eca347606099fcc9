"""Tokens are got otherwise, or with other scopes."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "oauth-flow-changed"
KINDS = (Kind.FLOW_CHANGED,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="OpenAPI 3.1 §4.8.28 and §4.8.29",
    fix="Keep the old flows and scopes.",
    example="tokenUrl: /token   →   tokenUrl: /oauth/token",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    # a scope more is there for who wants it
    level = Level.NOTE if change.name.startswith("scope") and not change.before else None
    return Told(f"{change.name}: {look.went}. See that clients get their tokens.", level)
