"""413 or 415 of an operation that takes no content: nothing could be refused so (RFC 9110 §15.5.14, §15.5.16)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "content-refused-without-content"

_ABOUT_CONTENT = {"413": "§15.5.14", "415": "§15.5.16"}


def check(look: Look) -> Iterator[Problem]:
    """A refusal of content that the operation does not document."""
    for operation in look.api.operations:
        for reply in operation.replies:
            if operation.body is None and reply.status in _ABOUT_CONTENT:
                message = (
                    f"Nobody can tell when '{operation.id}' answers {reply.status}: because that refuses the "
                    f"content of a request (RFC 9110 {_ABOUT_CONTENT[reply.status]}), and it documents none."
                )
                fix = "Add `requestBody` if it takes one, or delete the response."
                yield advice(reply.place, RULE, message, fix)
