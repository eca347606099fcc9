"""Pending promises that no contract makes: nothing waits for them to hold."""

from __future__ import annotations

from collections.abc import Iterator

from assay.contractfile.suggest import nearest
from assay.model.problem import Problem
from assay.plan.clauses import clauses
from assay.rules.lint.look import Look, warning

RULE = "unknown-pending"


def check(look: Look) -> Iterator[Problem]:
    """An entry of `pending` that covers no clause."""
    if not look.whole or not look.api.pending:
        return
    known = tuple(clauses(look.api))
    operations = [f"{look.api.name}/{operation.id}" for operation in look.api.operations]
    for pending in look.api.pending:
        if any(pending.covers(clause) for clause in known):
            continue
        message = f"Nothing is pending here: because there is no clause or operation '{pending.matches}'."
        near = nearest(pending.matches, [*(clause.id for clause in known), *operations])
        fix = (
            f"Did you mean '{near}'?"
            if near
            else "Correct the id (`assay plan` lists them), or delete the line."
        )
        yield warning(pending.place, RULE, message, fix)
