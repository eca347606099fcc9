"""A 201 of a POST without `Location`: then the path of the request names what was created (RFC 9110 §15.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "created-without-location"

_WHY = "without one, what was created is found at the path of the request itself (RFC 9110 §15.3.2)"


def check(look: Look) -> Iterator[Problem]:
    """A 201 whose documented headers do not name the new resource. A PUT creates where it is sent to."""
    return lacking(look, RULE, "201", "Location", _WHY, method="post")
