"""Responses need not satisfy a condition that they had to before: `not`, `if`, `contains`, `dependentRequired`,
`propertyNames`, `patternProperties` and the like.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-condition-widened"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Core §10 and §11",
    fix="Keep answering what was promised, or make it a new version of the operation.",
    example="dependentRequired: {card: [holder]} is gone",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    if not look.gained(Side.RESPONSE, Aspect.CONDITION):
        return None
    return Told(f"A condition does not hold any more ({look.went}): who builds on it fails.")
