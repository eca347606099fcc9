"""Lifecycles that speak of an operation which no endpoint file describes."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.lifecycle import Lifecycle
from assay.model.pointer import escape
from assay.model.problem import Place, Problem
from assay.rules.lint.look import Look

RULE = "unknown-operation"


def check(look: Look) -> Iterator[Problem]:
    """A name that is no operationId of the api. Nothing is said while files of the api cannot be read."""
    if not look.whole:
        return
    known = look.operations()
    for lifecycle in look.api.lifecycles:
        for place, name in _written(look, lifecycle):
            if name not in known:
                message = (
                    f"Cannot find the operation '{name}': "
                    f"because no endpoint file of '{look.api.name}' has it."
                )
                yield Problem(place, RULE, message, choose(name, known) or "Add an endpoint file for it.")


def _written(look: Look, lifecycle: Lifecycle) -> Iterator[tuple[Place, str]]:
    yield look.at(lifecycle.place, "/instance/created-by"), lifecycle.created_by
    for operation in lifecycle.operations:
        yield look.at(lifecycle.place, f"/cells/{escape(operation)}"), operation
    for field in lifecycle.fields:
        for operation in field.at:
            yield look.below(field.place, "at", operation), operation
