"""Claims about what a run tells while it runs."""

from __future__ import annotations

import pytest

from assay.cli.progress import Live, Nothing, Plain, elapsed, teller
from fakes.clock import FakeClock


def test_plain_lines_are_occasional(capfd: pytest.CaptureFixture[str]) -> None:
    """A line when a unit begins and one each ten seconds: not one for each request."""
    clock = FakeClock()
    tell = Plain(clock.monotonic)
    for request in range(30):
        tell("a/one", "asking get", request)
        clock.advance(0.5)
    tell("a/two", "asking put", 30)
    assert capfd.readouterr() == (
        "",
        "0:00  a/one: asking get, 0 requests so far\n"
        "0:10  a/one: asking get, 20 requests so far\n"
        "0:15  a/two: asking put, 30 requests so far\n",
    )


def test_the_live_line_says_where_it_is() -> None:
    """Elapsed time, requests, unit, and what is being done."""
    clock = FakeClock()
    line = Live(clock.monotonic)
    line._at = ("a/one", "asking get", 1)  # without the drawing thread
    clock.advance(67)
    assert line.__rich__().plain == "1:07 1 request a/one asking get"


def test_no_terminal_no_drawing() -> None:
    """Where standard error is a file, plain lines; with --quiet, nothing."""
    assert isinstance(teller(quiet=False), Plain)
    assert isinstance(teller(quiet=True), Nothing)


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (60, "1:00"), (3723, "1:02:03")])
def test_elapsed(seconds: float, shown: str) -> None:
    """Minutes and seconds; hours when there are some."""
    assert elapsed(seconds) == shown
