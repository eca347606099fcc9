"""Alternatives that expire with nothing beside them that holds before."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "lone-expiry"


def check(look: Look) -> Iterator[Problem]:
    """A cell that says what is answered once the instance has expired, and not what is answered until then."""
    for _, cell in look.cells():
        if not cell.expired or cell.plain:
            continue
        for way, place in look.ways(cell):
            if way.expires is not None:
                message = (
                    f"Cannot tell what '{cell.operation}' answers in state '{cell.state}' before it expires: "
                    "because every alternative of the cell has `expires`."
                )
                fix = "Make it a list, and add what is answered before: `[{status: …}, {expires: …, status: …}]`."
                yield Problem(look.below(place, "expires"), RULE, message, fix)
