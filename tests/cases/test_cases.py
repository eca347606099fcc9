"""Each text file beside this one is a case: `==== contract FILE ====` replaces or adds a file of `base/`,
`==== without FILE ====` removes one, and `==== expect ====` holds all that is then found.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assay.model.problem import Problem, Severity
from assay.rules.lint import examine
from cases.reading import HERE, good_files, read_case

CASES = sorted(path for path in HERE.glob("*.txt"))
TODAY = date(2026, 1, 1)


def told(problems: tuple[Problem, ...]) -> str:
    """Problems as a case file writes them."""
    lines = []
    for problem in problems:
        pointer = f" {problem.place.pointer}" if problem.place.pointer else ""
        lines.append(f"{problem.place}: {problem.severity} {problem.rule}{pointer}")
        lines.append(f"  {problem.message}")
        if problem.fix:
            lines.append(f"  {problem.fix}")
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    """The contract files of a case yield exactly the problems it expects, in words and places."""
    case = read_case(path)
    problems = examine(case.files, today=TODAY).problems
    if ": advice " not in case.expected:  # what a careful reviewer would ask is told where a case is about it
        problems = tuple(problem for problem in problems if problem.severity is not Severity.ADVICE)
    assert told(problems) == case.expected


def test_the_base_is_good() -> None:
    """What cases start from has no problem but advice, so that all a case finds comes from its own change."""
    parsed = examine(good_files(), today=TODAY)
    assert {problem.severity for problem in parsed.problems} <= {Severity.ADVICE}
    assert parsed.contracts is not None


def test_every_case_claims_something() -> None:
    """Each case file begins with its claim and expects something or says that nothing is found."""
    assert len(CASES) > 50
    for path in CASES:
        case = read_case(path)
        assert case.claim.endswith("."), path.name
        assert case.expected or "nothing" in case.claim, path.name
