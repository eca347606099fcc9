"""`record`: what history keeps of a report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assay.model.event import Event, RunFinished, RunStarted, StepJudged, ViolationFound
from assay.model.record import Record
from assay.model.terms import Strength
from assay.model.verdict import Clause, ClauseKind, Standing, Verdict, VerdictKind
from assay.report.fold import fold
from assay.report.record import key, record
from golden.story import STARTED, events

ID = "a/op/status/200"
CLAUSE = Clause(ID, "a", ClauseKind.STATUS, Strength.DOCUMENTED, "docs", "op answers 200", "op", status="200")
HEADER = RunStarted(
    "r", "2026-01-01T00:00:00Z", 1, "gate", "mock", "d", "0", (CLAUSE,), branch="main", commit="abc1234"
)
DONE = RunFinished("2026-01-01T00:00:10Z", True, requests={"witness": 3})
BROKEN = Verdict(ID, VerdictKind.VIOLATED, "expected 200, got 500", facet="status")
TRANSIENT = replace(BROKEN, transient=True)


def kept(*told: Event) -> Record:
    """The record of a run in which that happened."""
    return record(fold([HEADER, *told, DONE]))


def judged(verdict: Verdict) -> StepJudged:
    return StepJudged(1, STARTED, (verdict,))


def found(again: int, tries: int, verdict: Verdict = BROKEN) -> ViolationFound:
    return ViolationFound("f" * 12, verdict, (STARTED,), (again, tries))


def test_all_that_a_report_says_of_its_clauses_is_kept() -> None:
    """Standings and counts agree with the report, clause by clause, and the head with both."""
    report = fold(events())
    told = record(report)
    assert [(one.clause, one.standing, one.seen, one.violations, one.waived) for one in told.marks] == [
        (r.clause.id, r.standing, r.seen, r.violations, r.waived) for r in report.clauses
    ]
    assert [one.fingerprint for one in told.breaks] == [one.fingerprint for one in report.violations]
    for standing in Standing:
        assert getattr(told.head, standing) == report.count(standing)
    assert told.head.requests == sum(count for _, count in report.requests)
    assert (told.head.complete, told.head.exit_code) == (report.complete, report.exit_code)


def test_latencies_are_those_of_the_exchanges_that_were_answered() -> None:
    """Operation by operation; a connection that was cut took no time that counts."""
    times: dict[tuple[str, str], list[float]] = {}
    for event in events():
        if isinstance(event, StepJudged) and event.step.evidence.status is not None:
            case = event.step.case
            times.setdefault((case.api, case.operation), []).append(event.step.evidence.elapsed_ms)
    told = record(fold(events())).latencies
    assert {(one.api, one.operation): one.answers for one in told} == {
        name: len(t) for name, t in times.items()
    }
    assert [one.most for one in told] == [max(times[one.api, one.operation]) for one in told]


def test_branch_and_commit_come_out_of_the_log() -> None:
    """So that a history made again from logs has them, too."""
    head = kept(judged(BROKEN)).head
    assert (head.branch, head.commit) == ("main", "abc1234")


def test_the_key_is_the_runs_own() -> None:
    """The same however often the log is folded; another one for whatever else is a run."""
    assert kept(judged(BROKEN)).head.key == kept().head.key == key(HEADER)
    others = [replace(HEADER, seed=2), replace(HEADER, started="2026-01-01T00:00:01Z"), replace(HEADER, run="r-2"),
              replace(HEADER, target="https://x.example"), replace(HEADER, shard="2/2")]  # fmt: skip
    assert len({key(one) for one in (HEADER, *others)}) == 6
    assert key(replace(HEADER, branch="other")) == key(HEADER)


@pytest.mark.parametrize(
    ("told", "standing", "flaky"),
    [
        ((judged(BROKEN), found(5, 5)), Standing.VIOLATED, False),
        ((judged(BROKEN), found(2, 5)), Standing.VIOLATED, True),
        ((judged(BROKEN),), Standing.VIOLATED, False),
        ((judged(TRANSIENT), found(0, 2, TRANSIENT)), Standing.INCONCLUSIVE, True),
        ((judged(replace(BROKEN, kind=VerdictKind.INCONCLUSIVE)),), Standing.INCONCLUSIVE, False),
        ((judged(replace(BROKEN, kind=VerdictKind.HOLDS)),), Standing.VERIFIED, False),
    ],
)
def test_flaky_is_what_did_not_always_come_back(
    told: tuple[Event, ...], standing: Standing, *, flaky: bool
) -> None:
    """When it was tried again; what was not tried again, or came back each time, is not flaky."""
    (one,) = kept(*told).marks
    assert (one.standing, one.flaky) == (standing, flaky)
