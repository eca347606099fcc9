"""Two operations with one method and path: `/a/{x}` and `/a/{y}` are the same path (OpenAPI 3.1 §4.8.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.model.contract import Operation
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "duplicate-path"


_VARIABLE = re.compile(r"\{[^{}]*\}")


def check(look: Look) -> Iterator[Problem]:
    """A method and path, variables' names aside, that another operation has already."""
    seen: dict[tuple[str, str], Operation] = {}
    for operation in look.api.operations:
        key = operation.method, _VARIABLE.sub("{}", operation.path)
        other = seen.setdefault(key, operation)
        if other is operation:
            continue
        same = "" if other.path == operation.path else f" as {other.path}, which is the same path"
        message = (
            f"Cannot use {operation.method.upper()} {operation.path} for '{operation.id}': "
            f"because '{other.id}' ({other.place}) has it{same}."
        )
        fix = "Keep one of the two, or correct the method or the path."
        yield Problem(look.at(operation.place, "/path"), RULE, message, fix)
