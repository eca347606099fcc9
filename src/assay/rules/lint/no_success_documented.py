"""Operations that document failures only: no valid request has a documented answer."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "no-success-documented"


def check(look: Look) -> Iterator[Problem]:
    """An operation with neither a 1xx, 2xx, 3xx nor a `default`."""
    for operation in look.api.operations:
        if operation.replies and all(reply.status[:1] in {"4", "5"} for reply in operation.replies):
            message = (
                f"Nobody can tell what '{operation.id}' answers when all is well: "
                "because it documents only failures."
            )
            place = look.at(operation.place, "/responses")
            yield advice(place, RULE, message, "Add the response to a valid request.")
