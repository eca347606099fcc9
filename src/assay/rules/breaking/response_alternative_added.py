"""Responses may take a form that was not among the alternatives before."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-alternative-added"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §10.2.1",
    fix="Keep answering what was promised, or make it a new version of the operation.",
    example="oneOf: [Card, Transfer]   →   oneOf: [Card, Transfer, Voucher]",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.gained(Side.RESPONSE, Aspect.ALTERNATIVE):
        return None
    return Told(
        f"A form may be answered that was not known ({look.went}): who handles the old ones only fails."
    )
