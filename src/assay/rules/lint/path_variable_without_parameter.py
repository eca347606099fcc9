"""Variables of the path template that no path parameter describes (OpenAPI 3.1 §4.8.12)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import nearest
from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.template import malformed, variables

RULE = "path-variable-without-parameter"


def check(look: Look) -> Iterator[Problem]:
    """A variable nobody could fill."""
    for operation in look.api.operations:
        if malformed(operation.path):
            continue
        described = [p.name for p in operation.parameters if p.location == "path"]
        names = dict.fromkeys(variables(operation.path))
        for name in names:
            if name not in described:
                message = (
                    f"Cannot fill '{{{name}}}' in {operation.path}: because no path parameter has that name."
                )
                near = nearest(name, [other for other in described if other not in names])
                add = (
                    f"Add `{{name: {name}, in: path, required: true, schema: {{type: string}}}}` to "
                    "`parameters`."
                )
                fix = f"Did you mean '{near}'?" if near else add
                yield Problem(look.at(operation.place, "/path"), RULE, message, fix)
