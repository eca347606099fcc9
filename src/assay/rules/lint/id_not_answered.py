"""Instances that the request names: the model follows ids that the server issues."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look

RULE = "id-not-answered"


def check(look: Look) -> Iterator[Problem]:
    """An id that is read from the request: a name that the client chooses may exist already."""
    for lifecycle in look.tables():
        if lifecycle.id_expression.startswith("$request."):
            yield Problem(
                look.at(lifecycle.place, "/instance/id"),
                RULE,
                f"Cannot follow instances by '{lifecycle.id_expression}': "
                "because the creating answer has to name them.",
                "Write where the answer has the id, e.g. `$response.body#/id`.",
            )
