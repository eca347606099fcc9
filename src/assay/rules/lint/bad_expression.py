"""Runtime expressions that do not parse (OpenAPI 3.1 §4.8.20.4)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.machine.expression import is_expression, parse_problem
from assay.model.problem import Problem
from assay.rules.lint.expressions import bare, expressions
from assay.rules.lint.look import Look

RULE = "bad-expression"


def check(look: Look) -> Iterator[Problem]:
    """A text that looks meant as an expression and is none."""
    for place, text in expressions(look):
        because = parse_problem(text)
        if because is not None:
            cannot, _, fix = because.partition(". ")
            yield Problem(place, RULE, cannot if cannot.endswith(("?", ".")) else f"{cannot}.", fix)
    for lifecycle in look.api.lifecycles:
        for place, text in bare(look, lifecycle):
            if not is_expression(text) and parse_problem(text) is None:
                message = f"Cannot find a value with '{text}': because it is no runtime expression."
                yield Problem(place, RULE, message, "Write for example `$response.body#/id`.")
