"""Pending promises that can't be broken anyway: the documentation is silent there."""

from __future__ import annotations

from collections.abc import Iterator

from assay.model.contract import Strength
from assay.model.problem import Problem
from assay.plan.clauses import clauses
from assay.rules.lint.look import Look, warning

RULE = "silent-pending"


def check(look: Look) -> Iterator[Problem]:
    """An entry of `pending` whose clauses are all of strength `silent`."""
    if not look.api.pending:
        return
    known = tuple(clauses(look.api))
    for pending in look.api.pending:
        covered = [clause.strength for clause in known if pending.covers(clause)]
        if covered and all(strength is Strength.SILENT for strength in covered):
            message = f"'{pending.matches}' need not be pending: because it is only observed, whatever comes."
            yield warning(pending.place, RULE, message, "Delete the line, or give the clause a strength.")
