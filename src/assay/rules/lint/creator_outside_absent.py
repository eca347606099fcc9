"""Cells of the creating operation outside `absent`: it is never about an instance that exists."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.lifecycle import ABSENT
from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "creator-outside-absent"


def check(look: Look) -> Iterator[Problem]:
    """A cell nobody could come to."""
    for lifecycle, cell in look.cells(look.tables()):
        if cell.operation == lifecycle.created_by and cell.state != ABSENT:
            message = (
                f"Cannot ask '{cell.operation}' in state '{cell.state}': "
                "because it creates a new instance each time."
            )
            yield Problem(cell.place, RULE, message, "Delete the cell; its only one is `absent`.")
