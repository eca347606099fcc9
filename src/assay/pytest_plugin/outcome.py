"""From a clause's standing to a test's outcome. The fold decides what fails; nothing here may disagree with
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from assay.model.contract import Strength
from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.result import ClauseResult, Violation, WaiverResult


class Ending(StrEnum):
    """How pytest tells a clause."""

    PASSED = "passed"
    FAILED = "failed"
    #: broken, visibly, without failing the run
    XFAILED = "xfailed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An ending and its reason in one line; the reason of a pass is empty."""

    ending: Ending
    reason: str = ""


class Violated(AssertionError):
    """A clause does not stand as it should. Shown without a traceback: no line of Python is to blame."""

    # exception lines name the class with its module unless it is a builtin one; pytest's own Failed does the
    # same
    __module__ = "builtins"


def outcome(
    result: ClauseResult, violations: Sequence[Violation], waivers: Sequence[WaiverResult], *, strict: bool
) -> Outcome:
    """How the test of that clause ends."""
    if fails(result, strict=strict):
        return Outcome(Ending.FAILED, _broken(result, violations))
    match result.standing:
        case Standing.VERIFIED:
            return Outcome(Ending.PASSED)
        case Standing.VIOLATED:
            why = _excuse(result, waivers)
            return Outcome(Ending.XFAILED, f"{why}: {_broken(result, violations)}")
        case Standing.UNWITNESSED:
            word = "silent: never observed" if result.clause.strength is Strength.SILENT else "unwitnessed"
            return Outcome(Ending.SKIPPED, f"{word}: {result.reason}")
        case Standing.INCONCLUSIVE:
            return Outcome(Ending.SKIPPED, f"inconclusive: {result.reason}")
        case Standing.OBSERVED:
            seen = ", ".join(f"{label} ×{count}" for label, count in result.outcomes)
            return Outcome(Ending.SKIPPED, f"silent: observed {seen}")
        case _:
            assert_never(result.standing)


def _broken(result: ClauseResult, violations: Sequence[Violation]) -> str:
    counted = [v for v in violations if not v.excuse] or list(violations)
    if counted:
        again, tries = result.reproduced
        sometimes = f"flaky {again}/{tries}: " if result.flaky and not result.tolerated else ""
        return sometimes + counted[0].verdict.message
    return f"{result.standing}: {result.reason}" if result.reason else str(result.standing)


def _excuse(result: ClauseResult, waivers: Sequence[WaiverResult]) -> str:
    """Why a broken promise does not fail its test."""
    if result.waived:
        return _waiver(result, waivers)
    again, tries = result.reproduced
    if result.pending:
        return "pending: it has never held here"
    return f"flaky {again}/{tries}, and tolerated" if result.tolerated else "exemplified only"


def _waiver(result: ClauseResult, waivers: Sequence[WaiverResult]) -> str:
    for waiver in waivers:
        if result.clause.id in waiver.waives or waiver.matches in result.fingerprints:
            link = f", {waiver.link}" if waiver.link else ""
            return f"waived until {waiver.until} by {waiver.owner} ({waiver.reason}{link})"
    return "waived"
