"""The real clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assay.ports import Clock


class SystemClock:
    """Implements `ports.Clock` with the machine's clocks."""

    def now(self) -> datetime:
        """The present, in UTC, timezone-aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never runs backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Waits; not at all for zero or less."""
        if seconds > 0:
            time.sleep(seconds)


class MovedClock:
    """Implements `ports.Clock` beside a target whose clock can be moved: nobody waits, it is later at once."""

    def __init__(self, clock: Clock, move: Callable[[float], None]) -> None:
        """`move` sets the target's clock on by so many seconds."""
        self._clock, self._move = clock, move
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present there, in UTC, timezone-aware."""
        return self._clock.now() + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never runs backwards."""
        return self._clock.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Lets it be later, here and there."""
        if seconds > 0:
            with self._lock:
                self._ahead += seconds
                self._move(seconds)
