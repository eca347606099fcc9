"""How fast we may ask, and when not at all: a token bucket, and a moment to wait for."""

from __future__ import annotations

import math
from threading import Lock
from typing import Protocol

from assay.ports import Clock


class Pacing(Protocol):
    """Whatever keeps a rate."""

    def take(self) -> float:
        """Waits until one more request may go, and says how many seconds that took."""
        ...


class Holding(Protocol):
    """Whatever says until when a busy target is left alone."""

    def until(self) -> float:
        """The moment before which nobody sends, in seconds of the monotonic clock."""
        ...

    def extend(self, until: float) -> None:
        """Nobody sends before that moment either."""
        ...


class Hold:
    """Until when a busy target is left alone by the threads of one process."""

    def __init__(self) -> None:
        """Nobody has to wait."""
        self._until = -math.inf

    def until(self) -> float:
        """The moment before which nobody sends."""
        return self._until

    def extend(self, until: float) -> None:
        """Nobody sends before that moment either."""
        self._until = max(self._until, until)


class Pace:
    """Lets through `burst` requests at once and `rate` a second in the long run, across threads."""

    def __init__(self, rate: float, burst: int, clock: Clock) -> None:
        """`rate` in requests per second. Raises `ValueError` unless it is positive and `burst` at least 1."""
        if not rate > 0 or burst < 1:
            raise ValueError(
                f"Cannot pace requests: because a rate of {rate}/s with bursts of {burst} lets none through. "
                "Do give a positive rate and a burst of at least 1."
            )
        self._rate, self._burst, self._clock = rate, burst, clock
        self._tokens = float(burst)
        self._filled = clock.monotonic()
        self._lock = Lock()

    def take(self) -> float:
        """Waits until one more request may go, and says how many seconds that took.

        The place in the queue is taken before waiting, so that threads neither overtake each other nor
        together exceed the rate.
        """
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
            self._filled = now
            self._tokens -= 1
            wait = max(0.0, -self._tokens / self._rate)
        if wait:
            self._clock.sleep(wait)
        return wait
