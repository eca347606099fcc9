"""`eventually` whose answer cannot be told from what is answered until then."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "eventually-undecided"


def check(look: Look) -> Iterator[Problem]:
    """An answer for which nobody would have to wait: `meanwhile` has its status, and no body tells them apart."""
    for _, cell in look.cells():
        if cell.eventually is None:
            continue
        late = cell.transitions[0]
        for way, place in look.ways(cell):
            if way is not late and way.status == late.status and late.body in (None, way.body):
                message = (
                    f"Cannot tell when '{cell.operation}' has come to its answer {late.status} in state "
                    f"'{cell.state}': because it is answered so meanwhile, too."
                )
                fix = "Say with `body:` of `eventually` what is different in the end, or delete this one."
                yield Problem(look.below(place, "status"), RULE, message, fix)
