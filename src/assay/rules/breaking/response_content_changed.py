"""What stands inside a text of responses is encoded otherwise, or is of another media type or form. Validators
do not look into it; people and programs do.
"""

from __future__ import annotations

from assay.model.breaking import Level, Whom
from assay.rules.breaking.content import contents
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "response-content-changed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="JSON Schema 2020-12, Validation §8",
    fix="Keep the encoding, or use another property for the new one.",
    example="contentEncoding: base64   →   contentEncoding: base16",
)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    judged = look.change.judged
    if judged is None or not look.remarked(Side.RESPONSE, Aspect.CONTENT):
        return None
    found = contents(judged)
    told = f"What the text holds changed ({found.told}): who reads it the old way does not understand it."
    return Told(told, found.weight("gone"))
