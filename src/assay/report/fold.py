"""The fold: one pass over a log, however long, to one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import assert_never

from assay.model.contract import Strength
from assay.model.event import (
    MOCK,
    CleanedUp,
    Event,
    Noted,
    RunFinished,
    RunStarted,
    StepJudged,
    ViolationFound,
)
from assay.model.verdict import Standing, Verdict, VerdictKind
from assay.report.asked import Requests
from assay.report.cleanup import joined
from assay.report.coverage import Trail, coverage
from assay.report.exits import exit_code
from assay.report.glance import Told, glance
from assay.report.health import Pulse, answered_badly
from assay.report.latency import Latencies
from assay.report.levels import levels
from assay.report.log import LogError
from assay.report.matrix import Drawn, lifecycle_tables, matrices
from assay.report.result import (
    ClauseResult,
    Coverage,
    LifecycleTable,
    PendingResult,
    Report,
    UndocumentedStatus,
    Violation,
    WaiverResult,
)
from assay.report.shapes import Shapes
from assay.report.skim import Skimmed
from assay.report.tally import Excuses, Tally

#: remarks kept; more would be a log, not a report
NOTES = 200
#: (operation, status) pairs kept; only an API that answers random numbers has more
STATUSES = 400
#: ways of being judged that are remembered; a run has some hundreds of them, more only where messages differ
ALIKE = 4096
NO_FOOTER = "the log has no footer: the run was interrupted"


def fold(events: Iterable[Event | Skimmed]) -> Report:
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


@dataclass(slots=True)
class _Alike:
    """Steps of a log with the same answer and the same verdicts, from the second on."""

    verdicts: tuple[Verdict, ...]
    #: clauses of those that hold
    held: frozenset[str]
    again: int = 0


class Folding:
    """The state of the fold: for a run that is still going on, too."""

    def __init__(self, header: RunStarted) -> None:
        """Begins with the header; every clause in it is unwitnessed until an event says otherwise."""
        self._header = header
        self._tallies = {clause.id: Tally(clause) for clause in header.clauses}
        self._sorted = [self._tallies[key] for key in sorted(self._tallies)]
        self._drawn = Drawn()
        self._undocumented: dict[tuple[str, str, int], UndocumentedStatus] = {}
        self._notes: dict[Noted, None] = {}
        #: requests by api and operation
        self._asked: Counter[tuple[str, str]] = Counter()
        self._strangers: set[str] = set()
        self._trail = Trail()
        self._latencies = Latencies()
        self._shapes = Shapes(header)
        self._requests = Requests(header)
        self._pulse = Pulse(len(header.operations))
        #: clauses that may be broken still
        self._pending = frozenset(p.get("clause", "") for p in header.pending if not p.get("held"))
        #: status, failure and verdicts -> how often a step of the log was judged so
        self._alike: dict[tuple[int | None, str | None, bytes], _Alike] = {}
        self._steps = 0
        self._cleaned: CleanedUp | None = None
        self._footer: RunFinished | None = None

    def take(self, event: Event | Skimmed) -> None:
        """Takes one more event of the log. Raises `LogError` for a second header."""
        match event:
            case Skimmed():
                self._skimmed(event)
            case StepJudged():
                self._step(glance(event), event.verdicts)
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
        self._settle()
        waivers = _Waivers(self._header)
        tallies = self._sorted
        for tally in tallies:
            tally.asked = self._asked[tally.clause.api, tally.clause.operation or ""]
        health = self._pulse.health()
        excuses = Excuses(
            waivers.active, self._pending, tolerant=self._header.flaky == "pass", sick=health.told
        )
        told = [tally.told(excuses) for tally in tallies]
        clauses = tuple(result for result, _ in told)
        violations = tuple(violation for _, found in told for violation in found)
        tables = lifecycle_tables(self._header, clauses, self._drawn)
        walked = tuple(found for table in tables if (found := self._coverage(table)).cells.of)
        shapes = self._shapes.told()
        undocumented = tuple(self._undocumented[key] for key in sorted(self._undocumented))
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
                sick=health.sick,
            ),
            requests=tuple(sorted(requests.items())),
            steps=self._steps,
            clauses=clauses,
            violations=tuple(sorted(violations, key=_violation_order)),
            undocumented=undocumented,
            notes=self._remarks(),
            waivers=waivers.results(clauses, violations),
            matrices=matrices(self._header, clauses, self._drawn),
            tables=tables,
            cleaned=self._cleaned,
            latencies=self._latencies.told(),
            shapes=shapes,
            pending=_pending(self._header, clauses),
            health=health,
            coverage=walked,
            levels=levels(self._header, self._requests, shapes, walked, undocumented),
        )

    def _coverage(self, table: LifecycleTable) -> Coverage:
        key = (table.api, table.name)
        return self._drawn.get(
            ("coverage", *key), (table, *self._trail.extent(key)), partial(coverage, table, self._trail)
        )

    def _tally(self, clause: str, *, broken: bool) -> Tally | None:
        found = self._tallies.get(clause)
        if found is None and broken and len(self._strangers) < NOTES:
            self._strangers.add(clause)
        return found

    def _skimmed(self, step: Skimmed) -> None:
        """As `_step`, for a step out of a log: of those judged alike, verdicts and all, only the first is looked at.

        What it tells a clause is told by the rest of them in the same way, so they are counted, and the counts handed
        on before anybody looks. Only what differs between them is asked of each: where it leads, and whose step it is.
        """
        if answered_badly(step):
            self._step(step, step.verdicts)  # who suffered when is not to be counted together
            return
        key = (step.status, step.failure, step.judged)
        known = self._alike.get(key)
        if known is None:
            if len(self._alike) >= ALIKE:
                self._settle()
                self._alike.clear()
            verdicts = step.verdicts
            held = frozenset(v.clause for v in verdicts if v.kind is VerdictKind.HOLDS)
            self._alike[key] = _Alike(verdicts, held)
            self._step(step, verdicts)
            return
        known.again += 1
        self._counted(step)
        self._suffered(step, ())
        self._trail.follow(step, known.held)
        if step.undocumented and step.status is not None:
            self._strange_status(step, step.status)

    def _settle(self) -> None:
        """Hands on what was counted."""
        for (status, failure, _), alike in self._alike.items():
            if alike.again:
                for verdict in alike.verdicts:
                    if tally := self._tallies.get(verdict.clause):
                        tally.count(verdict, status, failure, alike.again)
                alike.again = 0

    def _counted(self, step: Told) -> None:
        self._steps += 1
        self._asked[step.api, step.operation] += 1
        self._trail.count(step.api)
        self._requests.take(step.api, step.operation, step.case)
        if step.status is not None:
            self._latencies.take(step.api, step.operation, step.elapsed_ms)
            if self._shapes.wants(step.api, step.operation, step.status, step.media):
                self._shapes.look(step.api, step.operation, step.status, step.body)

    def _suffered(self, step: Told, verdicts: Sequence[Verdict]) -> None:
        """Looks whether the target is sick, and takes off the API's account what it broke by that."""
        badly = answered_badly(step)
        broken = [v.clause for v in verdicts if v.kind is VerdictKind.VIOLATED] if badly else ()
        for clause in self._pulse.take(f"{step.api}/{step.operation}", bad=badly, broken=broken):
            if tally := self._tallies.get(clause):
                tally.suffer()

    def _step(self, step: Told, verdicts: Sequence[Verdict]) -> None:
        self._counted(step)
        self._suffered(step, verdicts)
        self._trail.witness(step, verdicts)
        self._trail.follow(step, frozenset(v.clause for v in verdicts if v.kind is VerdictKind.HOLDS))
        for verdict in verdicts:
            if tally := self._tally(verdict.clause, broken=verdict.kind is VerdictKind.VIOLATED):
                tally.take(step, verdict)
        if step.undocumented and step.status is not None:
            self._strange_status(step, step.status)

    def _strange_status(self, step: Told, status: int) -> None:
        key = (step.api, step.operation, status)
        known = self._undocumented.get(key)
        if known is not None:
            self._undocumented[key] = UndocumentedStatus(*key, known.count + 1, known.step)
        elif len(self._undocumented) < STATUSES:
            self._undocumented[key] = UndocumentedStatus(*key, 1, step.step)

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


def _pending(header: RunStarted, clauses: tuple[ClauseResult, ...]) -> tuple[PendingResult, ...]:
    """The promises that may be broken still, or could have been, and how they stand."""
    standings = {result.clause.id: result.standing for result in clauses}
    return tuple(
        PendingResult(
            clause, told.get("held", ""), told.get("place", ""), standings[clause], told.get("entry", clause)
        )
        for told in sorted(header.pending, key=lambda told: told.get("clause", ""))
        if (clause := told.get("clause", "")) in standings
    )


class _Waivers:
    """The header's waivers, applied."""

    def __init__(self, header: RunStarted) -> None:
        today = _day(header.started)
        self._at_mock = header.target == MOCK
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
        standings = {result.clause.id: result.standing for result in clauses}
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
                    link=waiver.get("link", ""),
                    passing=standings.get(matches) is Standing.VERIFIED and not self._at_mock,
                    unknown="/" in matches and matches not in standings,
                    untried=self._at_mock,
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
