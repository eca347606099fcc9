"""The fold: one pass over a log, however long, to one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import assert_never

from assay.model.contract import Strength
from assay.model.event import CleanedUp, Event, Noted, RunFinished, RunStarted, StepJudged, ViolationFound
from assay.model.verdict import Standing, VerdictKind
from assay.report.cleanup import joined
from assay.report.coverage import Trail, coverage
from assay.report.exits import exit_code
from assay.report.log import LogError
from assay.report.matrix import lifecycle_tables, matrices
from assay.report.result import ClauseResult, Report, UndocumentedStatus, Violation, WaiverResult
from assay.report.tally import Tally

#: remarks kept; more would be a log, not a report
NOTES = 200
#: (operation, status) pairs kept; only an API that answers random numbers has more
STATUSES = 400
NO_FOOTER = "the log has no footer: the run was interrupted"


def fold(events: Iterable[Event]) -> Report:
    """The report of one run (or of merged shards). Memory depends on the contract, not on the log's length.

    Raises `LogError` when the first event is no header.
    """
    stream = iter(events)
    header = next(stream, None)
    if not isinstance(header, RunStarted):
        raise LogError(
            "Cannot report: because the log does not begin with a header. Do name a whole log.jsonl."
        )
    folding = Folding(header)
    for event in stream:
        folding.take(event)
    return folding.report()


class Folding:
    """The state of the fold: for a run that is still going on, too."""

    def __init__(self, header: RunStarted) -> None:
        """Begins with the header; every clause in it is unwitnessed until an event says otherwise."""
        self._header = header
        self._tallies = {clause.id: Tally(clause) for clause in header.clauses}
        self._undocumented: dict[tuple[str, str, int], UndocumentedStatus] = {}
        self._notes: dict[Noted, None] = {}
        #: requests by api and operation
        self._asked: Counter[tuple[str, str]] = Counter()
        self._strangers: set[str] = set()
        self._trail = Trail()
        self._steps = 0
        self._cleaned: CleanedUp | None = None
        self._footer: RunFinished | None = None

    def take(self, event: Event) -> None:
        """Takes one more event of the log. Raises `LogError` for a second header."""
        match event:
            case StepJudged():
                self._step(event)
            case ViolationFound():
                if tally := self._tally(event.verdict.clause, broken=True):
                    tally.find(event)
            case Noted():
                self._note(event)
            case CleanedUp():
                self._cleaned = joined(self._cleaned, event)
            case RunFinished():
                self._footer = event
            case RunStarted():
                raise LogError(
                    "Cannot report: because the log has two headers. Do merge logs, not concatenate them."
                )
            case _:
                assert_never(event)

    def report(self) -> Report:
        """All that the events so far tell, as often as one asks; without a footer it is incomplete."""
        waivers = _Waivers(self._header)
        tallies = [self._tallies[key] for key in sorted(self._tallies)]
        for tally in tallies:
            tally.asked = self._asked[tally.clause.api, tally.clause.operation or ""]
        clauses = tuple(tally.result(waivers.active) for tally in tallies)
        violations = tuple(v for tally in tallies for v in tally.violations(waivers.active))
        tables = lifecycle_tables(self._header, clauses)
        requests = dict(self._footer.requests) if self._footer else {}
        complete = self._footer is not None and self._footer.complete
        return Report(
            header=self._header,
            finished=self._footer.finished if self._footer else "",
            complete=complete,
            reason=self._footer.reason if self._footer else NO_FOOTER,
            exit_code=exit_code(
                clauses,
                complete=complete,
                trouble=self._footer.trouble if self._footer else 0,
                requests=max(sum(requests.values()), self._steps),
                strict=self._header.strict,
            ),
            requests=tuple(sorted(requests.items())),
            steps=self._steps,
            clauses=clauses,
            violations=tuple(sorted(violations, key=_violation_order)),
            undocumented=tuple(self._undocumented[key] for key in sorted(self._undocumented)),
            notes=self._remarks(),
            waivers=waivers.results(clauses, violations),
            matrices=matrices(self._header, clauses),
            tables=tables,
            cleaned=self._cleaned,
            coverage=tuple(found for table in tables if (found := coverage(table, self._trail)).cells.of),
        )

    def _tally(self, clause: str, *, broken: bool) -> Tally | None:
        found = self._tallies.get(clause)
        if found is None and broken and len(self._strangers) < NOTES:
            self._strangers.add(clause)
        return found

    def _step(self, event: StepJudged) -> None:
        self._steps += 1
        self._trail.take(event)
        self._asked[event.step.case.api, event.step.case.operation] += 1
        for verdict in event.verdicts:
            if tally := self._tally(verdict.clause, broken=verdict.kind is VerdictKind.VIOLATED):
                tally.take(event, verdict)
        status = event.step.evidence.status
        if event.undocumented and status is not None:
            self._strange_status(event, status)

    def _strange_status(self, event: StepJudged, status: int) -> None:
        case = event.step.case
        key = (case.api, case.operation, status)
        known = self._undocumented.get(key)
        if known is not None:
            self._undocumented[key] = UndocumentedStatus(*key, known.count + 1, known.step)
        elif len(self._undocumented) < STATUSES:
            self._undocumented[key] = UndocumentedStatus(*key, 1, event.step)

    def _note(self, event: Noted) -> None:
        for clause in event.clauses:
            if tally := self._tallies.get(clause):
                tally.noted(event)
        if len(self._notes) < NOTES:
            self._notes[event] = None

    def _remarks(self) -> tuple[Noted, ...]:
        notes = list(self._notes)
        if self._strangers:
            listed = ", ".join(sorted(self._strangers)[:NOTES])
            notes.append(Noted("outside", f"Broken too, but not among the clauses of this run: {listed}"))
        return tuple(sorted(notes, key=lambda note: (note.kind, note.text, note.clauses)))


class _Waivers:
    """The header's waivers, applied."""

    def __init__(self, header: RunStarted) -> None:
        today = _day(header.started)
        self._waivers = [dict(waiver) for waiver in header.waivers]
        self._expired = [_day(waiver.get("until", "")) < today for waiver in self._waivers]
        self.active = frozenset(
            waiver.get("matches", "")
            for waiver, expired in zip(self._waivers, self._expired, strict=True)
            if not expired
        )

    def results(
        self, clauses: tuple[ClauseResult, ...], violations: tuple[Violation, ...]
    ) -> tuple[WaiverResult, ...]:
        """Each waiver with what it waived."""
        waived = {result.clause.id for result in clauses if result.waived and result.standing in _WAIVABLE}
        out = []
        for waiver, expired in zip(self._waivers, self._expired, strict=True):
            matches = waiver.get("matches", "")
            hit = {matches} & waived | {v.clause.id for v in violations if v.fingerprint == matches}
            out.append(
                WaiverResult(
                    matches=matches,
                    reason=waiver.get("reason", ""),
                    owner=waiver.get("owner", ""),
                    until=waiver.get("until", ""),
                    place=waiver.get("place", ""),
                    expired=expired,
                    waives=() if expired else tuple(sorted(hit)),
                )
            )
        return tuple(sorted(out, key=lambda w: (w.matches, w.until, w.owner)))


_WAIVABLE = {Standing.VIOLATED, Standing.INCONCLUSIVE, Standing.UNWITNESSED}


def _day(moment: str) -> date:
    """The day of an ISO 8601 moment; the first of all when it is none: such a waiver never counts."""
    try:
        return date.fromisoformat(moment[:10])
    except ValueError:
        return date.min


def _violation_order(violation: Violation) -> tuple[int, str, str]:
    strength = violation.clause.strength
    return list(Strength).index(strength), violation.clause.id, violation.fingerprint
