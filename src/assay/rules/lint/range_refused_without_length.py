"""A 416 without `Content-Range`, which RFC 9110 §15.5.17 recommends."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "range-refused-without-length"

_WHY = "RFC 9110 §15.5.17 has a 416 tell the length of what there is in it"


def check(look: Look) -> Iterator[Problem]:
    """A 416 that does not say how much there is."""
    return lacking(look, RULE, "416", "Content-Range", _WHY)
