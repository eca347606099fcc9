"""Header parameters that OpenAPI says are ignored (3.1 §4.8.12: Accept, Content-Type, Authorization)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "ignored-header-parameter"


_INSTEAD = {
    "accept": "The media types of the responses say it.",
    "content-type": "The media types of the request body say it.",
    "authorization": "Use `security`.",
}


def check(look: Look) -> Iterator[Problem]:
    """A header parameter without effect."""
    for operation in look.api.operations:
        for index, parameter in enumerate(operation.parameters):
            if parameter.location == "header" and parameter.name.lower() in _INSTEAD:
                message = f"The header parameter '{parameter.name}' has no effect: because OpenAPI says so."
                fix = f"Delete it. {_INSTEAD[parameter.name.lower()]}"
                yield warning(look.at(operation.place, f"/parameters/{index}"), RULE, message, fix)
