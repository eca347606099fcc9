"""Responses cannot carry values any more that they could before. No client has to do anything; the server has
to do without them.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.comparing import Proof
from assay.rules.schemas.reading import Side

RULE = "response-promises-more"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="JSON Schema 2020-12, Core §4.2",
    fix="Nothing: clients may go on as they are.",
    example="maxLength: 100   →   maxLength: 50",
)


def check(look: Look) -> Told | None:
    """Told where it is proven that no client is concerned, and something may have changed for the server."""
    proofs = look.proofs(Side.RESPONSE)
    if proofs is None or proofs[1] is not Proof.NO or proofs[0] is Proof.NO:
        return None
    return Told(f"Less may be answered than before: {look.went}.")
