"""`compare`: what became of each clause, and that silence never looks like a pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.model.record import Latency, Mark
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.report.trend import Change, compare
from fakes.records import INCONCLUSIVE, OBSERVED, UNWITNESSED, VIOLATED, broken, mark, run

ID = "a/op/status/200"


def became(was: Mark | None, now: Mark | None) -> Change | None:
    """The group of the one clause, if it is in any."""
    told = compare(run(1, *([was] if was else [mark("z")])), run(2, *([now] if now else [mark("z")])))
    return next((one.change for one in told.changes if one.clause == ID), None)


FLAKY = mark(standing=VIOLATED, flaky=True)
ONCE = mark(standing=INCONCLUSIVE, flaky=True)


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        (mark(), mark(standing=VIOLATED), Change.NEW),
        (mark(standing=UNWITNESSED), mark(standing=VIOLATED), Change.NEW),
        (None, mark(standing=VIOLATED), Change.NEW),
        (mark(standing=VIOLATED), mark(standing=VIOLATED), Change.STILL_FAILING),
        (FLAKY, mark(standing=VIOLATED), Change.STILL_FAILING),
        (mark(standing=VIOLATED), mark(), Change.FIXED),
        (mark(), FLAKY, Change.FLAKY),
        (mark(standing=VIOLATED), ONCE, Change.FLAKY),
        (FLAKY, mark(), Change.FLAKY),
        (ONCE, mark(), Change.FLAKY),
        (mark(), mark(standing=UNWITNESSED), Change.NEWLY_UNWITNESSED),
        (mark(), mark(standing=INCONCLUSIVE), Change.NEWLY_UNWITNESSED),
        (mark(standing=OBSERVED), mark(standing=UNWITNESSED), Change.NEWLY_UNWITNESSED),
        (mark(standing=UNWITNESSED), mark(), Change.NEWLY_WITNESSED),
        (mark(standing=INCONCLUSIVE), mark(), Change.NEWLY_WITNESSED),
        (mark(standing=UNWITNESSED), mark(standing=OBSERVED), Change.NEWLY_WITNESSED),
        (mark(), mark(), None),
        (mark(standing=UNWITNESSED), mark(standing=INCONCLUSIVE), None),
        (None, mark(), None),
        (mark(), None, None),
    ],
)
def test_what_became_of_a_clause(was: Mark | None, now: Mark | None, change: Change | None) -> None:
    """The table of the module's theory, row by row."""
    assert became(was, now) is change


@pytest.mark.parametrize("now", [mark(standing=UNWITNESSED), mark(standing=INCONCLUSIVE), None])
def test_a_broken_clause_that_nobody_looked_at_is_not_fixed(now: Mark | None) -> None:
    """It was broken, and whether it still is nobody knows: neither fixed nor passed over."""
    assert became(mark(standing=VIOLATED), now) is Change.NEWLY_UNWITNESSED


def test_a_new_way_of_being_broken_is_told() -> None:
    """A clause that fails as ever and in another way, too, still fails; the other way is marked as new."""
    was = run(1, mark(standing=VIOLATED))
    now = run(2, mark(standing=VIOLATED), breaks=(broken(), broken(fingerprint="b" * 12)))
    (one,) = compare(was, now).changes
    assert [b.fingerprint for b in one.breaks] == ["a" * 12, "b" * 12]
    assert one.fresh == ("b" * 12,)


def test_what_was_broken_is_named_where_it_is_fixed() -> None:
    """By the fingerprints that the earlier run had."""
    (one,) = compare(run(1, mark(standing=VIOLATED)), run(2)).changes
    assert (one.change, [b.fingerprint for b in one.breaks], one.fresh) == (Change.FIXED, ["a" * 12], ())


def test_the_worst_comes_first() -> None:
    """New before old, documented before exemplified, waived last."""
    exemplified = replace(mark("a", VIOLATED), strength=Strength.EXEMPLIFIED)
    now = run(
        2, exemplified, mark("b", VIOLATED), mark("c", VIOLATED, waived=True), mark("d", VIOLATED), mark("e")
    )
    was = run(1, mark("a"), mark("b"), mark("c"), mark("d", VIOLATED), mark("e", UNWITNESSED))
    assert [one.clause for one in compare(was, now).changes] == ["b", "a", "c", "d", "e"]


def test_clauses_of_one_run_only_are_counted() -> None:
    """Contracts grow: what came and what went is told in numbers."""
    told = compare(run(1, mark("a"), mark("b"), mark("c")), run(2, mark("c"), mark("d")))
    assert (told.added, told.gone, told.unchanged, told.changes) == (1, 2, 1, ())


@given(
    st.lists(st.sampled_from(list(Standing)), min_size=1),
    st.lists(st.sampled_from(list(Standing)), min_size=1),
)
def test_every_clause_is_told_once(before: list[Standing], after: list[Standing]) -> None:
    """In a group or in a number; and a run compared with itself has nothing new, fixed or no longer seen."""
    was = run(1, *(mark(f"c{n}", standing) for n, standing in enumerate(before)))
    now = run(2, *(mark(f"c{n}", standing) for n, standing in enumerate(after)))
    told = compare(was, now)
    assert len(told.changes) + told.unchanged + told.added + told.gone == max(len(before), len(after))
    assert {one.change for one in compare(now, now).changes} <= {Change.STILL_FAILING}


def test_slower_needs_enough_answers_and_enough_of_a_difference() -> None:
    """A millisecond more, or one slow answer out of two, is noise."""

    def times(p50: float, answers: int = 50) -> Latency:
        return Latency("a", "op", answers, p50, p50, p50, p50)

    def slower(was: Latency, now: Latency) -> bool:
        return bool(compare(run(1, latencies=(was,)), run(2, latencies=(now,))).slower)

    assert slower(times(10), times(20))
    assert not slower(times(10), times(14))
    assert not slower(times(0.5), times(2))
    assert not slower(times(10), times(20, answers=2))
    assert not compare(run(1), run(2, latencies=(times(100),))).slower


def test_runs_that_tried_other_clauses() -> None:
    """Of the same contracts: somebody chose."""
    (told,) = compare(run(1, mark("a"), mark("b")), run(2, mark("a"))).remarks
    assert told == "the runs did not try the same clauses (--api, --only, -k)"


@pytest.mark.parametrize(
    ("changed", "remark"),
    [
        ({"digest": "e" * 64}, "the contracts are not the same"),
        ({"profile": "nightly"}, "the profiles differ (gate, nightly)"),
        ({"target": "https://x.example"}, "the targets differ"),
        ({"version": "9"}, "the versions of Assay differ"),
        ({"complete": False}, "the later run is incomplete"),
        ({"started": "2025-01-01T00:00:00+00:00"}, "the second run began before the first"),
    ],
)
def test_what_the_runs_do_not_have_in_common_is_said(changed: dict[str, object], remark: str) -> None:
    """So that nobody takes a deeper run for a regression."""
    assert compare(run(1), run(2)).remarks == ()
    (told,) = compare(run(1), run(2, **changed)).remarks
    assert told.startswith(remark)
