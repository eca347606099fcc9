"""Waivers past their last day: the decision has to be taken again."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "expired-waiver"


def check(look: Look) -> Iterator[Problem]:
    """A waiver whose last day is over."""
    for waiver in look.api.waivers:
        if look.today is not None and waiver.until < look.today:
            message = (
                f"This waiver waives nothing any more: because it held until {waiver.until.isoformat()}."
            )
            fix = f"Ask {waiver.owner} whether to extend it, or delete it."
            yield warning(look.below(waiver.place, "until"), RULE, message, fix)
