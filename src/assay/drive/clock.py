"""The real clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


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
