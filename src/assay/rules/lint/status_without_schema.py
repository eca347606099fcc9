"""Responses that document a body's existence by no schema at all: nothing about their body can be broken."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.contract import Operation, Reply
from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning
from assay.rules.lint.replies import promised

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
            if any(content.schema is not True for content in reply.content):
                continue
            if not (_told(operation, reply) or _in_every_cell(look, operation, reply)):
                message = (
                    f"Any body passes as {reply.status} of '{operation.id}': "
                    "because no schema says what it looks like."
                )
                yield warning(reply.place, RULE, message, "Add `content: {application/json: {schema: …}}`.")


def _told(operation: Operation, reply: Reply) -> bool:
    """True when a promise about that status says what the body is, or how long."""
    status = int(reply.status) if reply.status.isdigit() else 0
    return promised(operation, reply, "content-length") or any(
        promise.body is not None and promise.speaks_of(status) for promise in operation.promises
    )


def _in_every_cell(look: Look, operation: Operation, reply: Reply) -> bool:
    """True when the table answers so, and each time says what the body is."""
    cycles = look.api.lifecycles_with(operation.id)
    cells = [cell for cycle in cycles for cell in cycle.cells[operation.id].values()]
    ways = [way for cell in cells for way in cell.transitions if reply.covers(way.status)]
    return bool(ways) and all(way.body is not None for way in ways)
