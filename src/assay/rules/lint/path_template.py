"""Path templates with broken braces, or with one variable twice (OpenAPI 3.1 §3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.template import malformed, variables

RULE = "path-template"


def check(look: Look) -> Iterator[Problem]:
    """A template nobody can fill."""
    for operation in look.api.operations:
        place = look.at(operation.place, "/path")
        names = variables(operation.path)
        if malformed(operation.path):
            message = f"Cannot fill the path {operation.path}: because its braces do not pair around a name."
            yield Problem(place, RULE, message, "Write each variable as `{name}`.")
        elif len(set(names)) < len(names):
            message = f"Cannot fill the path {operation.path}: because it has one variable twice."
            yield Problem(place, RULE, message, "Rename one of them.")
