"""Lint: everything that is wrong with a contracts folder, and how much it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assay.app.errors import Exit
from assay.app.load import examine
from assay.model.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class Findings:
    """What lint found below one path."""

    path: str
    #: sorted by place
    problems: tuple[Problem, ...]
    #: what there is, for the reader to recognise; all 0 when an error kept it from being known
    apis: int = 0
    operations: int = 0
    lifecycles: int = 0

    @property
    def errors(self) -> int:
        """How many findings stop a run."""
        return sum(1 for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings stop nothing."""
        return len(self.problems) - self.errors

    @property
    def exit(self) -> Exit:
        """The documented exit code: warnings are no failure."""
        return Exit.USAGE if self.errors else Exit.CONFORMS


def lint(path: str, today: date) -> Findings:
    """Reads and checks every contract below `path`. Whatever lies there, or does not, is a finding."""
    contracts, problems = examine(path, today)
    if contracts is None:
        return Findings(path, problems)
    return Findings(
        path,
        problems,
        len(contracts.apis),
        sum(len(api.operations) for api in contracts.apis),
        sum(len(api.lifecycles) for api in contracts.apis),
    )
