"""Two parameters of one operation with the same name and place (OpenAPI 3.1 §4.8.10)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "duplicate-parameter"


def check(look: Look) -> Iterator[Problem]:
    """A parameter that is described twice. Header names are compared without case (RFC 9110 §5.1)."""
    for operation in look.api.operations:
        seen: set[tuple[str, str]] = set()
        for index, parameter in enumerate(operation.parameters):
            name = parameter.name.lower() if parameter.location == "header" else parameter.name
            if (name, parameter.location) in seen:
                message = (
                    f"Cannot describe the {parameter.location} parameter '{parameter.name}' twice: "
                    "because it is sent once."
                )
                yield Problem(
                    look.at(operation.place, f"/parameters/{index}"), RULE, message, "Delete one of the two."
                )
            seen.add((name, parameter.location))
