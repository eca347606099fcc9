"""Changes of schemas: what differs between the values of one place, with where that is written."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.contract import Schema
from assay.model.terms import Strength
from assay.rules.changes.pairs import Both, two
from assay.rules.changes.spot import Spot
from assay.rules.changes.terms import Change, Kind
from assay.rules.schemas.differing import Aspect, Difference
from assay.rules.schemas.reading import Side


def schema_changes(
    both: Both,
    subject: str,
    at: str,
    side: Side,
    spots: tuple[Spot, Spot],
    schemas: tuple[Schema, Schema],
    *,
    strength: Strength = Strength.DOCUMENTED,
    expressions: bool = False,
    facts: frozenset[str] = frozenset(),
) -> Iterator[Change]:
    """One change for each difference; none where both allow the same and remark the same."""
    if schemas[0] == schemas[1] and both.apis[0].components == both.apis[1].components:
        return
    comparison = both.comparer(side, expressions=expressions)(*schemas)
    if comparison is None:
        return
    for one in comparison.judged:
        difference = one.difference
        places = two(
            spot.inside(difference.steps, _word(difference), difference.name).place for spot in spots
        )
        path = "/".join(difference.path)
        yield Change(
            Kind.SCHEMA, both.name, subject, f"{at}, '{path}'" if path else at, difference.name,
            difference.before, difference.after, places[0], places[1], strength, facts, side, one,
        )  # fmt: skip


def _word(difference: Difference) -> str:
    """The word that a reader looks for at that place."""
    return "required" if difference.aspect is Aspect.REQUIRED else difference.word
