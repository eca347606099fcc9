"""A redirection without `Location`: nothing says where to (RFC 9110 §15.4.2 to §15.4.9)."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look
from assay.rules.lint.replies import lacking

RULE = "redirect-without-location"

_WHY = "RFC 9110 §15.4 has it say where to go"


def check(look: Look) -> Iterator[Problem]:
    """A 301, 302, 303, 307 or 308 that leads nowhere."""
    return lacking(look, RULE, ("301", "302", "303", "307", "308"), "Location", _WHY)
