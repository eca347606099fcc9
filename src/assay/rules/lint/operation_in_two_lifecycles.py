"""Operations that are a column of two tables: only the first table is followed."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.pointer import escape
from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "operation-in-two-lifecycles"


def check(look: Look) -> Iterator[Problem]:
    """A second table for an operation."""
    seen: dict[str, str] = {}
    for lifecycle in look.api.lifecycles:
        for operation in lifecycle.operations:
            # a second table of the same name is told by `duplicate-lifecycle`
            if seen.get(operation, lifecycle.name) != lifecycle.name:
                message = (
                    f"The cells of '{operation}' here are not followed: "
                    f"because lifecycle '{seen[operation]}' has it too."
                )
                place = look.at(lifecycle.place, f"/cells/{escape(operation)}")
                yield warning(place, RULE, message, "Let one table speak of it.")
            seen.setdefault(operation, lifecycle.name)
