"""Operations of a lifecycle that have no parameter to carry the instance's id."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import nearest
from assay.model.contract import Operation
from assay.model.lifecycle import Lifecycle
from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.template import variables

RULE = "carried-in-missing"


def check(look: Look) -> Iterator[Problem]:
    """An operation that could not say which instance it is about, and a carrier that no operation has."""
    operations = look.operations()
    for lifecycle in look.tables():
        carried = set()
        columns = [
            operations[o] for o in lifecycle.operations if o in operations and o != lifecycle.created_by
        ]
        for operation in columns:
            found = {
                name for name, location in lifecycle.carried_in.items() if _has(operation, name, location)
            }
            carried |= found
            # a path variable without parameter is told by `path-variable-without-parameter`
            if not found and not set(variables(operation.path)) & lifecycle.carried_in.keys():
                yield _lacking(look, lifecycle, operation)
        for name, location in lifecycle.carried_in.items():
            if carried and name not in carried and look.whole:
                message = (
                    f"Cannot carry the id in the {location} parameter '{name}': "
                    "because no operation of the table has it."
                )
                yield Problem(
                    look.at(lifecycle.place, f"/instance/carried-in/{escape(name)}"),
                    RULE,
                    message,
                    "Delete it.",
                )


def _lacking(look: Look, lifecycle: Lifecycle, operation: Operation) -> Problem:
    wanted = " or ".join(f"{location} parameter '{name}'" for name, location in lifecycle.carried_in.items())
    message = f"Cannot tell '{operation.id}' which instance it is about: because it has no {wanted}."
    names = [parameter.name for parameter in operation.parameters]
    near = next((n for name in lifecycle.carried_in if (n := nearest(name, names))), None)
    fix = (
        f"Did you mean '{near}'?"
        if near
        else f"Add the parameter to {operation.place.file}, or correct `instance.carried-in`."
    )
    return Problem(look.at(lifecycle.place, f"/cells/{escape(operation.id)}"), RULE, message, fix)


def _has(operation: Operation, name: str, location: str) -> bool:
    """Header names are compared without case (RFC 9110 §5.1)."""
    fold = str.lower if location == "header" else str
    return any(p.location == location and fold(p.name) == fold(name) for p in operation.parameters)
