"""Laws that a run could not try at all, because neither the contracts nor their parameters say enough."""

from __future__ import annotations

from collections.abc import Iterator

from assay.laws.library import LAWS, unmarked
from assay.laws.terms import Missing
from assay.model.lifecycle import Law
from assay.model.problem import Problem
from assay.plan.ground import Ground
from assay.plan.witness import of_examples
from assay.rules.lint.look import Look, warning

RULE = "law-untried"

#: what a target has is no matter of the contracts: here there is everything
_PRINCIPALS = ("", "somebody-else")


def check(look: Look) -> Iterator[Problem]:
    """A law that has no drill to play, for the reasons that it gives itself."""
    written = [(cycle, law) for cycle in look.api.lifecycles for law in cycle.laws if law.name in LAWS]
    if written:
        planner = of_examples(look.api)
        for cycle, law in written:
            if why := _why(Ground(planner, cycle, _PRINCIPALS), law):
                message = f"Cannot try the law '{law.name}': because {why}."
                fix = f"`assay explain {law.name}` says what it takes."
                yield warning(law.place, RULE, message, fix)


def _why(ground: Ground, law: Law) -> str:
    """Why none of its drills can be played; empty when one can, or when it needs none."""
    reasons: dict[str, None] = {}
    for item in unmarked(ground, law):
        if not isinstance(item, Missing):
            return ""
        reasons[item.why] = None
    return "; ".join(reasons)
