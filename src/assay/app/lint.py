"""Lint: everything that is wrong with a contracts folder, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assay.app.errors import Exit, UsageError
from assay.app.load import examined
from assay.files.config import SETTINGS, ConfigError, Wish, read_ignores
from assay.files.watch import changes, snapshot
from assay.model.problem import Place, Problem, Severity, Silenced
from assay.ports import Clock
from assay.rules import lint as rules
from assay.rules.lint import silence


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
    #: what a person decided not to be told of
    silenced: tuple[Silenced, ...] = ()
    #: warnings and advice fail, too
    strict: bool = False

    @property
    def errors(self) -> int:
        """How many findings stop a run."""
        return self._number(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings stop nothing, and are most probably mistakes."""
        return self._number(Severity.WARNING)

    @property
    def advice(self) -> int:
        """How many findings are questions, no mistakes."""
        return self._number(Severity.ADVICE)

    @property
    def exit(self) -> Exit:
        """The documented exit code: warnings and advice are no failure, unless that was asked for."""
        failing = self.problems if self.strict else self.errors
        return Exit.USAGE if failing else Exit.CONFORMS

    def _number(self, severity: Severity) -> int:
        return sum(1 for problem in self.problems if problem.severity is severity)


def lint(path: str, today: date, *, strict: bool = False) -> Findings:
    """Reads and checks every contract below `path`. Whatever lies there, or does not, is a finding.

    What the project's settings silence is not among the problems. Raises `UsageError` for settings that cannot be used.
    """
    wishes = ignores()
    parsed = examined(path, today)
    decided = [
        silence.Ignore(wish.rule, wish.reason, Place(wish.where), matches=wish.files) for wish in wishes
    ]
    problems, hidden, idle = silence.silenced(parsed.problems, decided)
    contracts = parsed.contracts
    # a folder of several may be what an idle one is about
    whole = contracts is not None and not any(wish.files for wish in wishes)
    problems = tuple(sorted((*problems, *(silence.idle(idle) if whole else ()))))
    silenced = tuple(sorted((*parsed.silenced, *hidden)))
    if contracts is None:
        return Findings(path, problems, silenced=silenced, strict=strict)
    return Findings(
        path,
        problems,
        len(contracts.apis),
        sum(len(api.operations) for api in contracts.apis),
        sum(len(api.lifecycles) for api in contracts.apis),
        silenced,
        strict,
    )


def ignores(folder: str = ".") -> tuple[Wish, ...]:
    """What the settings of the project in `folder` silence. Raises `UsageError` for a rule that there is not."""
    try:
        wishes = read_ignores(folder)
    except ConfigError as error:
        raise UsageError(str(error)) from None
    for wish in wishes:
        if wish.rule not in rules.SILENCEABLE:
            message, hint = silence.unknown(wish.rule, rules.SILENCEABLE, rules.ERRORS)
            raise UsageError(f"{message[:-1]} ({wish.where}). {hint}")
    return wishes


def changed(path: str, clock: Clock) -> Iterator[tuple[str, ...]]:
    """The files that matter to lint and were changed, each time that some were; for ever.

    What counts as a change is counted from this call on.
    """
    news = changes(lambda: snapshot(path, SETTINGS), clock.monotonic, clock.sleep)
    next(news)  # what is there now
    return news
