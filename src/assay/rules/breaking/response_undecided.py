"""Whether all values that may come were possible before, nobody could prove, nor the opposite: the schemas
differ in a pattern, a format, `not`, or in a way that is too complicated.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.comparing import Proof
from assay.rules.schemas.reading import Side

RULE = "response-undecided"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.WARNING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §4.2",
    fix="Read both, or write them in a simpler way.",
    example="pattern: '^a+$'   →   pattern: '^(a|aa)+$'",
)


def check(look: Look) -> Told | None:
    """Told where there is neither a proof nor a value that shows the opposite."""
    proofs = look.proofs(Side.RESPONSE)
    if proofs is None or proofs[1] is not Proof.UNKNOWN:
        return None
    return Told(
        f"Undecided whether all values that may come were possible before: {look.went or 'the whole'}."
    )
