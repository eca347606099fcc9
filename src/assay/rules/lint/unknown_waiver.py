"""Waivers of a clause that does not exist: they waive nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.contractfile.suggest import nearest
from assay.model.problem import Problem
from assay.plan.clauses import clauses
from assay.rules.lint.look import Look, warning

RULE = "unknown-waiver"


_FINGERPRINT = re.compile(r"[0-9a-f]{6,64}")


def check(look: Look) -> Iterator[Problem]:
    """A waiver no clause matches. Fingerprints cannot be checked before a run."""
    if not look.whole:
        return
    named = [waiver for waiver in look.api.waivers if not _FINGERPRINT.fullmatch(waiver.matches)]
    if not named:
        return
    known = [clause.id for clause in clauses(look.api)]
    for waiver in named:
        if waiver.matches not in known:
            message = f"This waiver waives nothing: because there is no clause '{waiver.matches}'."
            near = nearest(waiver.matches, known)
            fix = (
                f"Did you mean '{near}'?"
                if near
                else "Correct the id (`assay plan` lists them), or delete the waiver."
            )
            yield warning(look.below(waiver.place, "clause"), RULE, message, fix)
