"""A 407 without `Proxy-Authenticate`, which RFC 9110 §15.5.8 requires."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "proxy-refused-without-challenge"

_WHY = "RFC 9110 §15.5.8 has every 407 carry a challenge in it"


def check(look: Look) -> Iterator[Problem]:
    """A 407 that does not say how to authenticate."""
    return lacking(look, RULE, "407", "Proxy-Authenticate", _WHY)
