"""A 401 without `WWW-Authenticate`, which RFC 9110 §15.5.2 requires."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "unauthorized-without-challenge"

_WHY = "RFC 9110 §15.5.2 has every 401 carry a challenge in it"


def check(look: Look) -> Iterator[Problem]:
    """A 401 that does not say how to authenticate."""
    return lacking(look, RULE, "401", "WWW-Authenticate", _WHY)
