"""Latencies: percentiles that can be trusted to a hundredth, whatever the order, in memory that does not grow."""

from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.report.latency import Latencies

TIMES = st.lists(st.floats(0.02, 1e6), min_size=1, max_size=300)


def told(times: list[float]):  # type: ignore[no-untyped-def]
    latencies = Latencies()
    for time in times:
        latencies.take("a", "op", time)
    (one,) = latencies.told()
    return one


@given(TIMES)
def test_percentiles_are_those_of_the_sorted_list(times: list[float]) -> None:
    """By nearest rank, to within 2 %."""
    one, row = told(times), sorted(times)
    for share, percentile in ((0.5, one.p50), (0.9, one.p90), (0.99, one.p99)):
        assert percentile == pytest.approx(row[ceil(len(row) * share) - 1], rel=0.02)
    assert one.most == pytest.approx(row[-1], rel=0.01)
    assert one.p50 <= one.p90 <= one.p99 <= one.most
    assert one.answers == len(times)


@given(TIMES, st.randoms())
def test_the_order_does_not_matter(times: list[float], random) -> None:  # type: ignore[no-untyped-def]
    """Shards may be merged in any."""
    mixed = list(times)
    random.shuffle(mixed)
    assert told(mixed) == told(times)


def test_no_time_at_all_is_a_time() -> None:
    """A clock may stand still for a moment."""
    one = told([0.0, 0.0])
    assert (one.p50, one.most) == (0.0, 0.0)


def test_a_million_answers_take_no_more_room_than_a_thousand() -> None:
    """Classes are counted, not answers."""
    latencies = Latencies()
    for number in range(100_000):
        latencies.take("a", "op", 1 + number % 1000)
    assert len(latencies._classes["a", "op"]) < 400


def test_operations_are_told_apart() -> None:
    """By api, then by operation."""
    latencies = Latencies()
    for api, operation in (("b", "x"), ("a", "y"), ("a", "x")):
        latencies.take(api, operation, 1)
    assert [(one.api, one.operation) for one in latencies.told()] == [("a", "x"), ("a", "y"), ("b", "x")]
