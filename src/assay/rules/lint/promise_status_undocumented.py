"""Promises about a status that the operation does not document: nobody would ever witness them."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.contract import Operation
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "promise-status-undocumented"


def check(look: Look) -> Iterator[Problem]:
    """A status or class in `on` that no response covers."""
    for operation in look.api.operations:
        documented = [reply.status for reply in operation.replies]
        for promise in operation.promises:
            for status in promise.on:
                if not _covered(operation, status):
                    message = (
                        f"Cannot keep the promise '{promise.id}' on {status}: "
                        f"because '{operation.id}' documents no such response."
                    )
                    yield Problem(look.below(promise.place, "on"), RULE, message, choose(status, documented))


def _covered(operation: Operation, status: str) -> bool:
    if status.isdigit():
        return operation.reply_for(int(status)) is not None
    return any(reply.status == "default" or reply.status[0] == status[0] for reply in operation.replies)
