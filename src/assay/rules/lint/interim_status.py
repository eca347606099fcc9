"""1xx documented as an answer: it announces one (RFC 9110 §15.2)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, advice
from assay.rules.lint.replies import replies

RULE = "interim-status"


def check(look: Look) -> Iterator[Problem]:
    """A status after which another comes."""
    for operation, reply, _ in replies(look):
        if reply.status.startswith("1"):
            message = (
                f"No run can see {reply.status} of '{operation.id}': "
                "because a 1xx only announces the answer (RFC 9110 §15.2)."
            )
            fix = "Document the final answer, and tell of this one in its description."
            yield advice(reply.place, RULE, message, fix)
