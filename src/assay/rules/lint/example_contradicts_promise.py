"""Documented examples of responses that break a promise about that very response."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.constraints import is_json
from assay.machine.predicate import has_expressions
from assay.model.contract import Strength
from assay.model.problem import Problem
from assay.rules.lint.closure import Closure
from assay.rules.lint.look import Look, warning

RULE = "example-contradicts-promise"


def check(look: Look) -> Iterator[Problem]:
    """An example that would be told as a violation, were it answered. Promises with expressions are left out."""
    closure = Closure(look.api.components)
    for operation in look.api.operations:
        for promise in operation.promises:
            if promise.body is None or promise.strength is Strength.SILENT or has_expressions(promise.body):
                continue
            validator = closure.validator(promise.body)
            for reply in operation.replies:
                if not reply.status.isdigit() or not promise.speaks_of(int(reply.status)):
                    continue
                for content in reply.content:
                    for name, value in content.examples.items() if is_json(content.media_type) else ():
                        mismatch = next(iter(validator.mismatches(value)), None)
                        if mismatch is not None:
                            called = "" if name == "example" else f" '{name}'"
                            where = f" at {mismatch.pointer}" if mismatch.pointer else ""
                            message = (
                                f"The example{called} of {reply.status} ({reply.source}) breaks the promise "
                                f"'{promise.id}' ({promise.source}){where}: because {mismatch.message}."
                            )
                            fix = "Correct whichever the documentation got wrong."
                            yield warning(promise.place, RULE, message, fix)
