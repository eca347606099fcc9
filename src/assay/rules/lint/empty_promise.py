"""Promises that promise nothing: neither `body`, `headers` nor `rule`."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "empty-promise"


def check(look: Look) -> Iterator[Problem]:
    """A promise that nothing could break."""
    for operation in look.api.operations:
        for promise in operation.promises:
            if promise.body is None and not promise.headers and promise.rule is None:
                message = f"Cannot test the promise '{promise.id}': because it says nothing."
                yield Problem(promise.place, RULE, message, "Add `body:`, `headers:` or `rule:`.")
