"""A 405 without `Allow`, which RFC 9110 §15.5.6 requires."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "method-refused-without-allow"

_WHY = "RFC 9110 §15.5.6 has every 405 list the methods that are allowed in it"


def check(look: Look) -> Iterator[Problem]:
    """A 405 that does not say which methods there are."""
    return lacking(look, RULE, "405", "Allow", _WHY)
