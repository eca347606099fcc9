"""`Pace` and `wait_asked`: how fast, and when to come again."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from assay.drive.clock import SystemClock
from assay.drive.pace import Pace
from assay.drive.retry import wait_asked
from assay.model.case import WireResponse
from fakes.clock import FakeClock

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    """Two at once, then one every half second."""
    clock = FakeClock()
    pace = Pace(rate=2, burst=2, clock=clock)
    assert [pace.take() for _ in range(4)] == [0, 0, 0.5, 0.5]
    assert clock.slept == [0.5, 0.5]


def test_rest_fills_the_bucket_no_further_than_the_burst() -> None:
    """After an hour two are free, not seven thousand."""
    clock = FakeClock()
    pace = Pace(rate=2, burst=2, clock=clock)
    clock.advance(3600)
    assert [pace.take() for _ in range(3)] == [0, 0, 0.5]


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (math.nan, 1), (1, 0)])
def test_a_pace_that_lets_nothing_through_is_refused(rate: float, burst: int) -> None:
    """It would wait for ever."""
    with pytest.raises(ValueError, match=r"^Cannot pace requests: because "):
        Pace(rate, burst, FakeClock())


@pytest.mark.parametrize(
    ("status", "value", "wait"),
    [
        (429, "7", 7.0),
        (503, " 0 ", 0.0),
        (503, "Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        (503, "Thu, 01 Jan 2026 12:00:30 -0000", 30.0),
        (503, "Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        (503, "9" * 5000, math.inf),
        (503, "-5", None),
        (503, "soon", None),
        (503, "", None),
        (503, "٣", None),
        (500, "7", None),
        (200, "7", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_of_a_busy_answer(
    status: int, value: str, wait: float | None
) -> None:
    """RFC 9110 §10.2.3; anything else is as good as not said."""
    assert wait_asked(WireResponse(status, (("retry-after", value),), b""), NOW) == wait


def test_the_system_clock_tells_utc_and_runs_forward() -> None:
    """Timezone-aware, monotonic, and waiting for nothing takes nothing."""
    clock = SystemClock()
    assert clock.now().utcoffset() == NOW.utcoffset()
    before = clock.monotonic()
    clock.sleep(-1)
    clock.sleep(0.01)
    assert 0.009 <= clock.monotonic() - before < 1
