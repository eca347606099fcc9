"""Exit codes: what a run says to the shell."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

from assay.model.contract import Strength
from assay.model.verdict import Standing

if TYPE_CHECKING:
    # exit codes are known to every command, reports only to some
    from assay.report.result import ClauseResult


class Exit(IntEnum):
    """The table of exit codes; other tools rely on it."""

    CONFORMS = 0
    VIOLATED = 1
    USAGE = 2
    NOTHING_EXERCISED = 3
    ENVIRONMENT = 4
    INCOMPLETE = 5


MEANINGS = {
    Exit.CONFORMS: "conforms: nothing is violated but what is waived",
    Exit.VIOLATED: "a documented promise is violated (--strict: any promise, or one not witnessed)",
    Exit.USAGE: "usage or contract error: nothing was sent",
    Exit.NOTHING_EXERCISED: "nothing was exercised, so nothing is known",
    Exit.ENVIRONMENT: "the harness or its environment failed: target unreachable, disk full, our bug",
    Exit.INCOMPLETE: "the run is incomplete: interrupted, target lost half-way, shard missing",
}


def exit_code(
    clauses: Iterable[ClauseResult],
    *,
    complete: bool,
    trouble: int,
    requests: int,
    strict: bool,
    sick: bool = False,
) -> int:
    """The code a run deserves: incomplete, then the environment, then nothing exercised, then violated, then trouble.

    A run that the environment kept from exercising anything at all did not end early: it never began. A `sick` target
    is the environment's fault, whether the run was stopped for it or not; what was broken apart from that was broken.
    """
    results = tuple(clauses)
    exercised = bool(requests) and any(result.exercised for result in results)
    if not complete:
        never_began = trouble == Exit.ENVIRONMENT and not exercised
        return Exit.ENVIRONMENT if never_began or sick else Exit.INCOMPLETE
    if trouble == Exit.ENVIRONMENT:
        return Exit.ENVIRONMENT
    if not exercised:
        return Exit.NOTHING_EXERCISED
    # what was broken was broken, even if most could not be tried
    if any(fails(result, strict=strict) for result in results):
        return Exit.VIOLATED
    return Exit.ENVIRONMENT if sick else trouble or Exit.CONFORMS


def fails(result: ClauseResult, *, strict: bool) -> bool:
    """True when this clause alone makes the run fail."""
    if result.excused:
        return False
    documented = result.clause.strength is Strength.DOCUMENTED
    match result.standing:
        case Standing.VIOLATED:
            return documented or strict
        case Standing.INCONCLUSIVE:
            return strict
        case Standing.UNWITNESSED:
            silent = result.clause.strength is Strength.SILENT
            return strict and not silent and result.clause.unreachable is None
        case _:
            return False
