"""What is known so far: every event of the campaign is folded as it comes, so that an item can ask how it
stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assay.model.event import Event, RunStarted, Step, StepJudged
from assay.model.verdict import Verdict, VerdictKind
from assay.ports import Sink
from assay.report.fold import Folding
from assay.report.result import ClauseResult, Report, Violation

#: exchanges kept for each clause, of different outcomes where there are some
_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """One clause as it stands."""

    result: ClauseResult
    violations: tuple[Violation, ...]
    #: exchanges that spoke about it; only kept where somebody will show them
    samples: tuple[Step, ...]


class Ledger:
    """Passes events on to the log and folds them on the way. Memory depends on the contract only."""

    def __init__(self, log: Sink, written: Iterable[Event], *, samples: bool) -> None:
        """`written` are the events that are in the log already, the header first."""
        events = iter(written)
        header = next(events)
        if not isinstance(header, RunStarted):
            raise TypeError("Cannot keep a ledger: because the log does not begin with a header.")
        self._log = log
        self._folding = Folding(header)
        self._keep = samples
        self._samples: dict[str, dict[str, Step]] = {}
        self._standings: dict[str, Standing] | None = None
        self._report: Report | None = None
        for event in events:
            self._take(event)

    def __call__(self, event: Event) -> None:
        """Takes one event. Raises `OSError` when the log cannot keep it."""
        self._log(event)
        self._take(event)

    def hear(self, event: Event) -> None:
        """Takes one event that stands in the log of somebody else."""
        self._take(event)

    def report(self) -> Report:
        """All there is to tell so far."""
        if self._report is None:
            self._report = self._folding.report()
        return self._report

    def standing(self, clause: str) -> Standing:
        """How that clause stands. Raises `KeyError` for one that is not in the plan."""
        if self._standings is None:
            self._standings = self._all()
        return self._standings[clause]

    def _take(self, event: Event) -> None:
        self._standings = self._report = None
        self._folding.take(event)
        if self._keep and isinstance(event, StepJudged):
            for verdict in event.verdicts:
                self._sample(event, verdict)

    def _sample(self, event: StepJudged, verdict: Verdict) -> None:
        if verdict.kind is VerdictKind.VIOLATED:
            return  # its history is kept with the violation
        kept = self._samples.setdefault(verdict.clause, {})
        label = verdict.outcome or str(event.step.evidence.status)
        if len(kept) < _SAMPLES and label not in kept:
            kept[label] = event.step

    def _all(self) -> dict[str, Standing]:
        report = self.report()
        violations: dict[str, list[Violation]] = {}
        for violation in report.violations:
            violations.setdefault(violation.clause.id, []).append(violation)
        return {
            result.clause.id: Standing(
                result,
                tuple(violations.get(result.clause.id, ())),
                tuple(self._samples.get(result.clause.id, {}).values()),
            )
            for result in report.clauses
        }
