"""Operations that need credentials and document no answer to requests without them."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice

RULE = "unauthorized-undocumented"

#: what refuses a request for its credentials (RFC 9110 §15.5.2, §15.5.4, and 404 in place of 403), or any request
_REFUSALS = frozenset({"401", "403", "4XX", "default"})


def check(look: Look) -> Iterator[Problem]:
    """A secured operation with neither 401, 403, 4XX nor default."""
    for operation in look.api.operations:
        if operation.secured and not any(reply.status.upper() in _REFUSALS or reply.status == "default"
                                         for reply in operation.replies):  # fmt: skip
            message = (
                f"What '{operation.id}' answers without valid credentials can only be observed: "
                "because it needs them and documents neither 401 nor 403."
            )
            fix = "Add the response if the documentation has it, or ask whose API it is."
            yield advice(operation.place, RULE, message, fix)
