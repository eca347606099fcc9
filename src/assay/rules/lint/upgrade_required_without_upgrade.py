"""A 426 without `Upgrade`, which RFC 9110 §15.5.22 requires."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "upgrade-required-without-upgrade"

_WHY = "RFC 9110 §15.5.22 has every 426 name the wanted protocol in it"


def check(look: Look) -> Iterator[Problem]:
    """A 426 that does not say what to upgrade to."""
    return lacking(look, RULE, "426", "Upgrade", _WHY)
