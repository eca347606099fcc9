"""`provoke` entries for a status that the operation does not document."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "provoke-status-undocumented"


def check(look: Look) -> Iterator[Problem]:
    """An entry nobody would use."""
    for operation in look.api.operations:
        documented = [reply.status for reply in operation.replies]
        for status in operation.provoke:
            if status not in documented:
                message = f"Cannot provoke {status} of '{operation.id}': because no response has that key."
                yield Problem(
                    look.at(operation.place, f"/provoke/{status}"), RULE, message, choose(status, documented)
                )
