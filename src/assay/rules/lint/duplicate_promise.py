"""Two promises of one operation with the same id: their clause ids could not be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "duplicate-promise"


def check(look: Look) -> Iterator[Problem]:
    """A promise id that another promise of the operation has already."""
    for operation in look.api.operations:
        seen: dict[str, str] = {}
        for promise in operation.promises:
            if promise.id in seen:
                message = (
                    f"Cannot name this promise '{promise.id}': "
                    f"because the one at {seen[promise.id]} has that name."
                )
                yield Problem(look.below(promise.place, "id"), RULE, message, "Rename one of the two.")
            seen.setdefault(promise.id, str(promise.place))
