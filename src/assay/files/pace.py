"""How fast several processes of one machine may ask together: a queue in a file.

The file holds the moment from which the next request may go, and when the last ones went. Whoever is about to send
one takes the next place, moves it on, and waits until it has come: so the places are given out one by one, whoever
asks, and no share of the rate is lost to a process that has nothing left to ask. On a busy machine some wake up late,
just when others do: so whoever has waited looks again when the last requests went, and lets the second become full.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from assay.ports import Clock

try:
    import fcntl
except ImportError:  # no such locks there: see `Shared.works`
    fcntl = None  # type: ignore[assignment]

#: places are a little farther apart, and the time for as many as the rate says a little longer, than they would have to
#: be: between leaving here and being on its way a request may lose some milliseconds
_SPARE = 1.03
#: requests that are remembered at most
_MOST = 200


class Shared:
    """Lets through `rate` requests a second across all processes that name the same file, and never more in any second.

    They have to run on one machine, by whose monotonic clock the moments are.
    """

    #: False where files cannot be locked so: then each process has to keep to its share
    works = fcntl is not None

    def __init__(self, file: Path, rate: float, clock: Clock) -> None:
        """Makes the file when it is missing. Raises `OSError`."""
        self._path, self._clock = file, clock
        #: so many in so many seconds
        self._count = max(1, min(_MOST, math.floor(rate)))
        self._window = _SPARE * self._count / rate
        self._form = struct.Struct(f"<{1 + self._count}d")
        self._lock = Lock()
        file.touch()

    def take(self) -> float:
        """Waits until one more request may go, and says how many seconds that took. Raises `OSError`."""
        began = self._clock.monotonic()
        wait = self._placed()
        while wait > 0:
            self._clock.sleep(wait)
            wait = self._goes()
        return self._clock.monotonic() - began

    def _placed(self) -> float:
        """Seconds until the next place; the one after it comes later. One that is there already is taken at once."""
        with self._opened() as (file, moments):
            now = self._clock.monotonic()
            place = max(now, moments[0], moments[1] + self._window)
            moments[0] = place + self._window / self._count
            if place <= now:
                moments[1:] = [*moments[2:], now]
            self._write(file, moments)
        return place - now

    def _goes(self) -> float:
        """Seconds for which the last requests leave no room; nothing once this one goes, too."""
        with self._opened() as (file, moments):
            now = self._clock.monotonic()
            left = moments[1] + self._window - now
            if left > 0:
                return left
            moments[1:] = [*moments[2:], now]
            self._write(file, moments)
        return 0.0

    @contextmanager
    def _opened(self) -> Iterator[tuple[BinaryIO, list[float]]]:
        """The file, locked until it is closed: the next place, and when the last requests went, the oldest first."""
        with self._lock, self._path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = file.read(self._form.size + 1)
            whole = len(known) == self._form.size
            yield file, list(self._form.unpack(known)) if whole else [-math.inf] * (1 + self._count)

    def _write(self, file: BinaryIO, moments: list[float]) -> None:
        file.seek(0)
        file.write(self._form.pack(*moments))
        file.truncate()
