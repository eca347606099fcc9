"""A network that loses some requests accuses nobody, and silences no operation."""

from __future__ import annotations

from assay.explore.line import Line
from assay.model.case import Credentials, Exchange, Failure, FailureKind, WireRequest, WireResponse
from fakes.clock import FakeClock


def _line(count: int, every: int) -> Line:
    """A line that learnt of so many exchanges of one operation, of which each so-manyth timed out."""
    clock = FakeClock()
    line = Line(lambda request: answered, clock)
    request = WireRequest("GET", "/", (), None, Credentials.VALID)
    answered = Exchange(request, "http://x/", (), WireResponse(200, (), b""), None, clock.now(), 0.1)
    lost = Exchange(request, "http://x/", (), None, Failure(FailureKind.TIMEOUT, "5 s"), clock.now(), 5.0)
    for number in range(1, count + 1):
        line.learn("look", lost if number % every == 0 else answered)
    return line


def test_two_of_a_hundred_silence_nothing() -> None:
    assert not _line(5000, 50).hangs("look")


def test_every_third_is_too_much_to_wait_for() -> None:
    assert _line(60, 3).hangs("look")


def test_three_in_a_row_are_too_much() -> None:
    assert _line(3, 1).hangs("look")
