"""Responses that document a body's existence by no schema at all: nothing about their body can be broken."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "status-without-schema"


#: never have a body (RFC 9110 §6.4.1, §15)
_BODILESS = {"204", "205", "304"}


def check(look: Look) -> Iterator[Problem]:
    """A response without any schema, where a body could come."""
    for operation in look.api.operations:
        if operation.method == "head":
            continue
        for reply in operation.replies:
            if reply.status in _BODILESS or reply.status.startswith("1"):
                continue
            if not any(content.schema is not True for content in reply.content):
                message = (
                    f"Any body passes as {reply.status} of '{operation.id}': "
                    "because no schema says what it looks like."
                )
                yield warning(reply.place, RULE, message, "Add `content: {application/json: {schema: …}}`.")
