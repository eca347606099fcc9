"""Requests may carry values that they could not before. No client has to do anything; the server has to accept them."""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.comparing import Proof
from assay.rules.schemas.reading import Side

RULE = "request-accepts-more"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.NOTE,
    Whom.SERVER,
    source="JSON Schema 2020-12, Core §4.2",
    fix="Nothing: clients may go on as they are.",
    example="maxLength: 50   →   maxLength: 100",
)


def check(look: Look) -> Told | None:
    """Told where it is proven that no client is concerned, and something may have changed for the server."""
    proofs = look.proofs(Side.REQUEST)
    if proofs is None or proofs[0] is not Proof.NO or proofs[1] is Proof.NO:
        return None
    return Told(f"More is accepted than before: {look.went}.")
