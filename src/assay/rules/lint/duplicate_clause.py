"""Two clauses with one id, for whatever reason no other rule has told."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.problem import Problem
from assay.plan.clauses import clauses
from assay.rules.lint.look import Look

RULE = "duplicate-clause"


def check(look: Look) -> Iterator[Problem]:
    """A clause id that comes twice."""
    seen: dict[str, str] = {}
    for clause in clauses(look.api):
        if clause.id in seen:
            message = (
                f"Cannot tell two clauses apart: because '{clause.id}' comes from {seen[clause.id]} too."
            )
            yield Problem(clause.place, RULE, message, "Rename one of the two.")
        seen.setdefault(clause.id, str(clause.place))
