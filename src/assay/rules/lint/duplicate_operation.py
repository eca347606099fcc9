"""Two endpoint files of one api with the same operationId, which has to be unique (OpenAPI 3.1 §4.8.10)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "duplicate-operation"


def check(look: Look) -> Iterator[Problem]:
    """An operationId that another file has already."""
    seen: dict[str, str] = {}
    for operation in look.api.operations:
        if operation.id in seen:
            message = (
                f"Cannot name this operation '{operation.id}': because {seen[operation.id]} has that name."
            )
            yield Problem(operation.place, RULE, message, "Rename one of the two.")
        seen.setdefault(operation.id, str(operation.place))
