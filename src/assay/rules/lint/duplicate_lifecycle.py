"""Two lifecycles of one api with the same name: their clause ids could not be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "duplicate-lifecycle"


def check(look: Look) -> Iterator[Problem]:
    """A lifecycle name that another file has already."""
    seen: dict[str, str] = {}
    for lifecycle in look.api.lifecycles:
        if lifecycle.name in seen:
            message = (
                f"Cannot name this lifecycle '{lifecycle.name}': "
                f"because {seen[lifecycle.name]} has that name."
            )
            yield Problem(lifecycle.place, RULE, message, "Rename one of the two.")
        seen.setdefault(lifecycle.name, str(lifecycle.place))
