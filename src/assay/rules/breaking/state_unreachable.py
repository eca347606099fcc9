"""Nothing leads into a state any more that could be reached."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind

RULE = "state-unreachable"
KINDS = (Kind.STATE_UNREACHABLE,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="Assay: docs/contract-format.md",
    fix="Keep a way that leads there.",
    example="stop: {running: {status: 200, to: stopped}}   →   stop: {running: {status: 200}}",
)


def check(look: Look) -> Told | None:
    """Told of each such change."""
    change = look.change
    return Told(f"Nothing leads there any more; {change.before} did: what clients did there is out of reach.")
