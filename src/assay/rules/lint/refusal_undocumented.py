"""Operations that constrain their input and document no refusal: nothing they are sent wrongly could fail a run."""

from __future__ import annotations

from collections.abc import Iterator

from assay.inputs.constraints import REFUSALS, constraints, refusals
from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "refusal-undocumented"


def check(look: Look) -> Iterator[Problem]:
    """Documented constraints whose breach has no documented answer."""
    for operation in look.api.operations:
        if refusals(operation) or any(
            reply.status.upper() in {"4XX", "DEFAULT"} for reply in operation.replies
        ):
            continue
        found = constraints(look.api, operation)
        if any(reply.status == "404" for reply in operation.replies):
            # a path with a value that cannot be leads nowhere
            found = tuple(one for one in found if not one.root.startswith("path/"))
        number = len(found)
        if number:
            some = "one constraint" if number == 1 else f"{number} constraints"
            message = (
                f"Whether '{operation.id}' keeps its own rules can only be observed: because it documents {some} "
                f"of its requests, and neither {' nor '.join(REFUSALS)}."
            )
            fix = "Add the response if the documentation has it, or ask whose API it is."
            yield advice(operation.place, RULE, message, fix)
