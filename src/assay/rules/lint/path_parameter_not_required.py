"""Path parameters without `required: true` (OpenAPI 3.1 §4.8.12: «its value MUST be true»)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "path-parameter-not-required"


def check(look: Look) -> Iterator[Problem]:
    """A path parameter that claims it may be left out."""
    for operation in look.api.operations:
        for index, parameter in enumerate(operation.parameters):
            if parameter.location == "path" and not parameter.required:
                message = (
                    f"Cannot leave out the path parameter '{parameter.name}': "
                    "because a path without it is another path."
                )
                yield Problem(
                    look.at(operation.place, f"/parameters/{index}"), RULE, message, "Add `required: true`."
                )
