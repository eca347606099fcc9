"""A value that `x-extensible-enum` listed for requests is not listed any more."""

from __future__ import annotations

import json

from assay.model.breaking import Level, Whom
from assay.rules.breaking.look import Card, Look, Told
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.differing import Aspect
from assay.rules.schemas.reading import Side

RULE = "extensible-values-removed"
KINDS = (Kind.SCHEMA,)
CARD = Card(
    Level.BREAKING,
    Whom.CLIENT,
    source="Zalando's RESTful API guidelines, rule 112",
    fix="Keep accepting it.",
    example="x-extensible-enum: [card, cash]   →   x-extensible-enum: [card]",
)


def _gone(change: Change) -> bool:
    before, after = (json.loads(text or "[]") for text in (change.before, change.after))
    return any(value not in after for value in before)


def check(look: Look) -> Told | None:
    """Told of the values of one place."""
    change = look.change
    if not (look.remarked(Side.REQUEST, Aspect.EXTENSIBLE) and _gone(change)):
        return None
    return Told(f"The known values went {look.went}: who sends one that is gone may be refused.")
