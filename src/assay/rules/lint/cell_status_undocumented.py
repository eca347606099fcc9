"""Cells that answer a status which the operation does not document."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import choose
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "cell-status-undocumented"


def check(look: Look) -> Iterator[Problem]:
    """A documented way of a cell whose status no response of the operation covers."""
    operations = look.operations()
    for _, cell in look.cells():
        operation = operations.get(cell.operation)
        if operation is None:
            continue
        documented = [reply.status for reply in operation.replies]
        for way, place in look.ways(cell):
            status = way.status
            if operation.reply_for(status) is None:
                message = (
                    f"Cannot answer {status} to '{operation.id}' in state '{cell.state}': "
                    "because the operation does not document it."
                )
                fix = (
                    choose(str(status), documented)
                    + f" Or add '{status}' to the responses in {operation.place.file}."
                )
                yield Problem(look.below(place, "status"), RULE, message, fix)
