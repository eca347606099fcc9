"""`slo` in which a share of the answers may take longer than a larger share: `p50` above `p99`, say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from assay.model.problem import Problem
from assay.rules.lint.look import Look, warning

RULE = "slo-out-of-order"


def check(look: Look) -> Iterator[Problem]:
    """An objective that can never be missed, because a stricter one of more answers holds anyway."""
    for operation in look.api.operations:
        named = sorted(operation.slo.items(), key=lambda item: int(item[0].lstrip("p")))
        for (less, longer), (more, shorter) in pairwise(named):
            if longer > shorter:
                message = (
                    f"The objective '{less}' of '{operation.id}' says nothing: "
                    f"because it is kept wherever {more} is ({longer:g} ms against {shorter:g} ms)."
                )
                place = look.at(operation.place, f"/slo/{less}")
                yield warning(place, RULE, message, f"Make {less} at most {more}, or exchange the two.")
