"""Path parameters that the path template has no place for (OpenAPI 3.1 §4.8.12)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import nearest
from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.template import variables

RULE = "path-parameter-not-in-path"


def check(look: Look) -> Iterator[Problem]:
    """A parameter that would never be sent. Near misses are `path-variable-without-parameter`'s."""
    for operation in look.api.operations:
        names = variables(operation.path)
        described = {p.name for p in operation.parameters if p.location == "path"}
        unfilled = [name for name in names if name not in described]
        for index, parameter in enumerate(operation.parameters):
            if parameter.location != "path" or parameter.name in names or nearest(parameter.name, unfilled):
                continue
            message = (
                f"Cannot send the path parameter '{parameter.name}': "
                f"because {operation.path} has no '{{{parameter.name}}}'."
            )
            fix = f"Add `{{{parameter.name}}}` to the path, or delete the parameter."
            yield Problem(look.at(operation.place, f"/parameters/{index}"), RULE, message, fix)
