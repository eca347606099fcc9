"""`fold`: from verdicts to standings, and from standings to an exit code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.model.contract import Strength
from assay.model.event import Event, Noted, RunFinished, RunStarted, Step, StepJudged, ViolationFound
from assay.model.verdict import APART, Clause, ClauseKind, Standing, Verdict, VerdictKind
from assay.report.fold import NO_FOOTER, fold
from assay.report.log import LogError
from assay.report.result import ClauseResult, Report
from assay.report.tally import KEPT
from golden.story import ENDED, GONE, STARTED

ID = "a/op/status/200"
CLAUSE = Clause(ID, "a", ClauseKind.STATUS, Strength.DOCUMENTED, "docs", "op answers 200", "op", status="200")
OTHER = replace(CLAUSE, id="a/op/status/404", status="404")
HOLDS = Verdict(ID, VerdictKind.HOLDS)
OTHER_HOLDS = Verdict(OTHER.id, VerdictKind.HOLDS)
BROKEN = Verdict(ID, VerdictKind.VIOLATED, "expected 200, got 500", facet="status")
TRANSIENT = replace(BROKEN, transient=True)
UNSURE = Verdict(ID, VerdictKind.INCONCLUSIVE, "cannot tell")
SEEN = Verdict(ID, VerdictKind.OBSERVED, outcome="418")
DONE = RunFinished("2026-01-01T00:00:10Z", True, requests={"witness": 3})


def _header(*clauses: Clause, **more: object) -> RunStarted:
    header = RunStarted("r", "2026-01-01T00:00:00Z", 1, "gate", "mock", "d", "0", clauses or (CLAUSE, OTHER))
    return replace(header, **more)  # type: ignore[arg-type]


def _judged(*verdicts: Verdict, step: Step = STARTED, undocumented: bool = False) -> StepJudged:
    return StepJudged(1, step, verdicts, undocumented)


def _found(
    fingerprint: str = "f", again: int = 0, tries: int = 0, *, verdict: Verdict = BROKEN
) -> ViolationFound:
    return ViolationFound(fingerprint, verdict, (STARTED,), (again, tries))


def _fold(*told: Event, header: RunStarted | None = None, footer: RunFinished | None = DONE) -> Report:
    return fold([header or _header(), *told, *([footer] if footer else [])])


def _result(report: Report, clause: str = ID) -> ClauseResult:
    return next(r for r in report.clauses if r.clause.id == clause)


def test_verdicts_that_hold_verify() -> None:
    """`verified(n)` counts the exchanges that showed it."""
    assert _result(_fold(_judged(HOLDS), _judged(HOLDS))).label == "verified (2)"


def test_one_violation_outweighs_all_that_held() -> None:
    """`violated (k of n)`: k broke it, n spoke about it."""
    result = _result(_fold(_judged(HOLDS), _judged(BROKEN), _judged(HOLDS), _found()))
    assert result.label == "violated (1 of 3)"


def test_inconclusive_alone_is_inconclusive_with_its_reason() -> None:
    """Holding verdicts decide; without any the reason is told."""
    assert _result(_fold(_judged(UNSURE))).reason == "cannot tell"
    assert _result(_fold(_judged(UNSURE))).standing is Standing.INCONCLUSIVE
    assert _result(_fold(_judged(UNSURE), _judged(HOLDS))).standing is Standing.VERIFIED


def test_requests_that_never_met_leave_it_unwitnessed() -> None:
    """A race whose requests were not under way together showed nothing, and that is the reason; one that met counts."""
    apart = replace(UNSURE, message="no two of them met", facet=APART)
    result = _result(_fold(_judged(apart), _judged(apart)))
    assert (result.standing, result.reason) == (Standing.UNWITNESSED, "no two of them met")
    assert _result(_fold(_judged(apart), _judged(HOLDS))).standing is Standing.VERIFIED
    assert _result(_fold(_judged(apart), _judged(UNSURE))).standing is Standing.INCONCLUSIVE


def test_a_transient_failure_that_never_came_back_is_flaky() -> None:
    """Networks drop connections: once of three tries is no broken promise."""
    result = _result(_fold(_judged(TRANSIENT), _found(tries=2, verdict=TRANSIENT)))
    assert result.standing is Standing.INCONCLUSIVE
    assert result.reason.startswith("flaky 0/2")


def test_a_transient_failure_that_came_back_now_and_then_is_flaky() -> None:
    """A network that loses two requests of a hundred accuses nobody."""
    for again, tries in ((1, 2), (2, 2), (2, 3)):
        result = _result(_fold(_judged(TRANSIENT), _found(again=again, tries=tries, verdict=TRANSIENT)))
        assert result.standing is Standing.INCONCLUSIVE
        assert result.reason.startswith(f"flaky {again}/{tries}")


def test_a_transient_failure_just_before_the_target_went_down_accuses_nobody() -> None:
    """A dying target closes connections first; nobody could try again."""
    down = Noted("target-down", "the target does not answer", (ID,))
    result = _result(_fold(_judged(HOLDS), _judged(TRANSIENT), _found(verdict=TRANSIENT), down))
    assert result.standing is Standing.INCONCLUSIVE
    assert result.reason.endswith("not tried again: the target does not answer")


@pytest.mark.parametrize(
    "told",
    [
        (_judged(TRANSIENT), _found(again=3, tries=3, verdict=TRANSIENT)),
        (_judged(TRANSIENT), _found(verdict=TRANSIENT)),
        (_judged(TRANSIENT),),
        (_judged(BROKEN), _found(tries=2)),
        (_judged(TRANSIENT), _judged(BROKEN), _found(tries=2, verdict=TRANSIENT)),
    ],
    ids=["came back", "not tried", "not told", "not transient", "one was firm"],
)
def test_other_failures_are_violations(told: tuple[Event, ...]) -> None:
    """Flaky needs all of: transient every time, tried again, and not each time back."""
    assert _result(_fold(*told)).standing is Standing.VIOLATED


def test_silent_clauses_are_observed_and_never_fail() -> None:
    """Whatever verdict comes, a silent clause tallies what was seen."""
    silent = replace(CLAUSE, strength=Strength.SILENT)
    report = _fold(_judged(SEEN), _judged(replace(BROKEN, outcome="500")), header=_header(silent))
    result = _result(report)
    assert (result.standing, result.outcomes) == (Standing.OBSERVED, (("418", 1), ("500", 1)))
    assert (report.violations, report.exit_code) == ((), 0)


def test_observations_never_move_a_documented_clause() -> None:
    """They are tallied beside its standing."""
    result = _result(_fold(_judged(HOLDS), _judged(SEEN)))
    assert (result.standing, result.outcomes) == (Standing.VERIFIED, (("418", 1),))
    assert _result(_fold(_judged(SEEN))).standing is Standing.UNWITNESSED


def test_an_observation_without_a_label_is_labelled_by_its_status() -> None:
    """Tallies have no blank entries."""
    assert _result(_fold(_judged(replace(SEEN, outcome=""), step=GONE))).outcomes == (("500", 1),)


def test_unwitnessed_says_why() -> None:
    """The contract's reason first, then a remark of the run, then the plain truth."""
    unreachable = replace(CLAUSE, unreachable="nobody can")
    note = Noted("credentials", "no token", (ID,))
    assert _result(_fold(note, header=_header(unreachable))).reason == "nobody can"
    assert _result(_fold(note)).reason == "no token"
    assert _result(_fold()).reason == "no request of this run reached it"


def test_the_shortest_history_is_kept_with_the_best_proof() -> None:
    """A later, shorter telling replaces the history but not the number of tries."""
    long = ViolationFound("f", BROKEN, (STARTED, ENDED, GONE), (2, 2))
    short = ViolationFound("f", BROKEN, (STARTED, GONE))
    for told in ((long, short), (short, long)):
        (violation,) = _fold(_judged(BROKEN), *told).violations
        assert (violation.history, violation.reproduced) == ((STARTED, GONE), (2, 2))


def test_memory_is_bounded_per_clause() -> None:
    """At most twenty violations are kept; the rest is counted; order does not matter."""
    told = [_found(f"{number:012x}") for number in range(KEPT + 5)]
    report = _fold(_judged(BROKEN), *reversed(told))
    assert report == _fold(_judged(BROKEN), *told)
    assert len(report.violations) == KEPT
    assert _result(report).more == 5


def test_a_violation_nobody_traced_still_shows_its_exchange() -> None:
    """A crash before the history was told does not swallow the finding."""
    (violation,) = _fold(_judged(BROKEN), footer=None).violations
    assert violation.history == (STARTED,)
    assert len(violation.fingerprint) == 12


def test_undocumented_statuses_are_counted_with_one_exchange() -> None:
    """One piece of evidence per operation and status."""
    (item,) = _fold(_judged(step=GONE, undocumented=True), _judged(step=GONE, undocumented=True)).undocumented
    assert (item.status, item.count, item.step) == (500, 2, GONE)


def test_violations_outside_the_selection_are_told() -> None:
    """`--only` does not make other violations vanish silently."""
    report = _fold(_judged(HOLDS), _found(verdict=replace(BROKEN, clause="a/other")))
    assert "a/other" in report.notes[0].text


def test_a_log_without_footer_is_an_incomplete_run() -> None:
    """Silence is never a pass: exit code 5 and the reason."""
    report = _fold(_judged(HOLDS), footer=None)
    assert (report.complete, report.exit_code, report.reason) == (False, 5, NO_FOOTER)


STRICT = {"strict": True}
WAIVER = {"matches": ID, "reason": "r", "owner": "o", "until": "2026-01-01"}
EXEMPLIFIED = replace(CLAUSE, strength=Strength.EXEMPLIFIED)


@pytest.mark.parametrize(
    ("header", "told", "footer", "code"),
    [
        (_header(), [_judged(HOLDS)], DONE, 0),
        (_header(), [_judged(BROKEN)], DONE, 1),
        (_header(), [_judged(BROKEN)], replace(DONE, complete=False, trouble=4), 5),
        (_header(), [_judged(BROKEN)], replace(DONE, trouble=4), 4),
        (_header(), [], RunFinished("", False, "nobody listens there", trouble=4), 4),
        (_header(), [_judged(UNSURE)], RunFinished("", False, "nobody listens there", trouble=4), 4),
        (_header(), [], RunFinished("", False, "interrupted"), 5),
        (_header(), [], replace(DONE, requests={}), 3),
        (_header(), [_judged()], DONE, 3),
        (_header(EXEMPLIFIED), [_judged(BROKEN)], DONE, 0),
        (_header(EXEMPLIFIED, **STRICT), [_judged(BROKEN)], DONE, 1),
        (_header(**STRICT), [_judged(HOLDS)], DONE, 1),
        (_header(**STRICT), [_judged(HOLDS, OTHER_HOLDS)], DONE, 0),
        (_header(CLAUSE, replace(OTHER, unreachable="no way"), **STRICT), [_judged(HOLDS)], DONE, 0),
        (_header(CLAUSE, replace(OTHER, strength=Strength.SILENT), **STRICT), [_judged(HOLDS)], DONE, 0),
        (_header(**STRICT), [_judged(OTHER_HOLDS, UNSURE)], DONE, 1),
        (_header(), [_judged(OTHER_HOLDS, UNSURE)], DONE, 0),
        (_header(waivers=(WAIVER,)), [_judged(BROKEN)], DONE, 0),
        (_header(waivers=(WAIVER | {"until": "2025-12-31"},)), [_judged(BROKEN)], DONE, 1),
        (_header(waivers=(WAIVER | {"matches": "f"},)), [_judged(BROKEN), _found("f")], DONE, 0),
        (_header(waivers=(WAIVER | {"matches": "f"},)), [_found("f"), _found("g")], DONE, 1),
    ],
)
def test_exit_codes(header: RunStarted, told: list[Event], footer: RunFinished, code: int) -> None:
    """The table of exit codes, row by row."""
    assert _fold(*told, header=header, footer=footer).exit_code == code


def test_waived_is_counted_beside_violated() -> None:
    """A waiver hides nothing."""
    report = _fold(_judged(BROKEN), _found(), header=_header(waivers=(WAIVER,)))
    assert (_result(report).standing, _result(report).waived) == (Standing.VIOLATED, True)
    assert report.violations[0].waived
    assert report.waivers[0].waives == (ID,)


@pytest.mark.parametrize(
    ("waiver", "finding"),
    [
        (WAIVER, "is kept now"),
        (WAIVER | {"matches": "0123456789ab"}, "matches nothing"),
        (WAIVER | {"matches": "a/op/status/999"}, "matches no clause"),
        (WAIVER | {"until": "2025-01-01"}, "expired on 2025-01-01"),
    ],
)
def test_waivers_that_do_nothing_are_findings(waiver: dict[str, str], finding: str) -> None:
    """A waiver that is expired, or matches nothing any more, is told."""
    assert (
        finding
        in _fold(_judged(HOLDS), header=_header(waivers=(waiver,), target="staging")).waivers[0].finding
    )


@pytest.mark.parametrize("verdict", [HOLDS, None])
def test_the_mock_says_nothing_of_waivers(verdict: Verdict | None) -> None:
    """It keeps what the API breaks; a waiver that is past its day or names nothing is told all the same."""
    told = [_judged(verdict)] if verdict else []

    def finding(waiver: dict[str, str]) -> str:
        header = replace(_header(waivers=(waiver,)), target="mock")
        return _fold(*told, header=header).waivers[0].finding

    assert finding(WAIVER) == finding(WAIVER | {"matches": "0123456789ab"}) == ""
    assert "matches no clause" in finding(WAIVER | {"matches": "a/op/status/999"})
    assert "expired" in finding(WAIVER | {"until": "2025-01-01"})


def test_the_matrix_folds_worst_first() -> None:
    """A cell is as bad as its worst clause, and the row has one cell per documented status."""
    shape = replace(CLAUSE, id="a/op/shape/200", kind=ClauseKind.SHAPE)
    broken = replace(BROKEN, clause=shape.id)
    (matrix,) = _fold(_judged(HOLDS, broken), header=_header(CLAUSE, shape, OTHER)).matrices
    cells = matrix.rows[0].cells
    assert {column: cell.standing for column, cell in cells.items()} == {
        "200": Standing.VIOLATED,
        "404": Standing.UNWITNESSED,
    }


def test_a_log_that_begins_elsewhere_is_refused() -> None:
    """Half a log is not a run."""
    with pytest.raises(LogError, match="does not begin with a header"):
        fold([DONE])


@settings(deadline=None, max_examples=30)
@given(st.permutations([_judged(HOLDS), _judged(BROKEN), _judged(SEEN), _found("f", 1, 2), _found("g")]))
def test_the_order_of_events_does_not_matter(told: list[Event]) -> None:
    """Explorers may take turns as they like."""
    assert _fold(*told).clauses == _fold(*sorted(told, key=repr)).clauses
