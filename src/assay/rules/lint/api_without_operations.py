"""Apis without an endpoint: nothing of them would be tested."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "api-without-operations"


def check(look: Look) -> Iterator[Problem]:
    """An `api.yaml` with no endpoint file beside it."""
    if look.whole and not look.api.operations:
        message = (
            f"Nothing of '{look.api.name}' is tested: "
            f"because there is no endpoint file beside {look.api.place.file}."
        )
        yield warning(look.api.place, RULE, message, "Add one file for each endpoint.")
