"""Names that would make clause ids ambiguous: `{api}/lifecycle/…` belongs to the tables."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "reserved-name"


def check(look: Look) -> Iterator[Problem]:
    """An operation called `lifecycle`."""
    for operation in look.api.operations:
        if operation.id == "lifecycle":
            message = (
                "Cannot name an operation 'lifecycle': because clause ids of lifecycles begin with that word."
            )
            yield Problem(operation.place, RULE, message, "Rename it.")
