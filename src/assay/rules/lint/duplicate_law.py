"""A law that is listed twice: its clause ids could not be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "duplicate-law"


def check(look: Look) -> Iterator[Problem]:
    """A law that the lifecycle has already."""
    for lifecycle in look.api.lifecycles:
        seen: set[str] = set()
        for law in lifecycle.laws:
            if law.name in seen:
                message = f"Cannot list the law '{law.name}' twice: because it counts once."
                yield Problem(law.place, RULE, message, "Delete one of the two.")
            seen.add(law.name)
