"""Content documented for 204, 205 or 304, which have none (RFC 9110 §15.3.5, §15.3.6, §15.4.5)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning
from assay.rules.lint.replies import BODILESS, replies

RULE = "content-where-none-is-sent"


def check(look: Look) -> Iterator[Problem]:
    """A body that no server can send: what is said of it can never be seen."""
    for _, reply, place in replies(look):
        if reply.status in BODILESS and reply.content:
            message = (
                f"Nobody will ever see the content of this {reply.status}: "
                f"because such an answer has none (RFC 9110 {BODILESS[reply.status]})."
            )
            yield warning(look.below(place, "content"), RULE, message, "Delete `content`, or document a 200.")
