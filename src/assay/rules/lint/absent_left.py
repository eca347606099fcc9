"""Cells by which another than the creating operation leads out of `absent`: nothing names the instance."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.lifecycle import ABSENT
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "absent-left"


def check(look: Look) -> Iterator[Problem]:
    """A way out of `absent` that nobody could follow."""
    for lifecycle, cell in look.cells(look.tables()):
        if cell.state != ABSENT or cell.operation == lifecycle.created_by:
            continue
        for way, place in look.ways(cell):
            after = way.to
            if after not in {None, ABSENT}:
                message = (
                    f"Cannot go from 'absent' to '{after}' by '{cell.operation}': "
                    f"because only '{lifecycle.created_by}' creates."
                )
                yield Problem(
                    look.below(place, "to"), RULE, message, "Delete `to:`, or correct `instance.created-by`."
                )
