"""`source: KEY#FRAGMENT` whose key `sources` of `api.yaml` does not have."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.contract import Promise, Reply
from assay.model.lifecycle import Cell, Field, Law
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look

RULE = "unknown-source"


def check(look: Look) -> Iterator[Problem]:
    """A source nobody could look up. Each is told where it is written, not where it is inherited."""
    for place, source in _written(look):
        key = source.partition("#")[0]
        if key not in look.api.sources:
            message = (
                f"Cannot look up the source '{source}': "
                f"because `sources` of {look.api.place.file} has no '{key}'."
            )
            fix = choose(key, look.api.sources) or f"Add '{key}' with a `title:` to `sources`."
            yield Problem(look.below(place, "source"), RULE, message, fix)


def _written(look: Look) -> Iterator[tuple[Place, str]]:
    for operation in look.api.operations:
        root = look.at(operation.place, "")
        inherited = operation.source
        if inherited:
            yield root, inherited
        parts: list[Reply | Promise] = [*operation.replies, *operation.promises]
        for part in parts:
            if part.source != inherited:
                yield part.place, part.source
    for lifecycle in look.api.lifecycles:
        if lifecycle.source:
            yield look.at(lifecycle.place, ""), lifecycle.source
        items: list[Cell | Field | Law] = [*lifecycle.fields, *lifecycle.laws]
        items += [cell for row in lifecycle.cells.values() for cell in row.values()]
        for item in items:
            if item.source != lifecycle.source:
                yield item.place, item.source
