"""Manners: how many requests may be under way at a time, and when none may go, across all threads of a sender.

* No more than `most` are under way; the others wait for a place. A race is the exception, because its requests have to
  meet: whoever opens connections for them (`expect`) gets that many places on top, for as long as such a connection is
  trusted.
* A busy target that names a time (429 or 503 with Retry-After, RFC 6585 §4, RFC 9110 §10.2.3) is left alone by *every*
  request until then, those of the run's other processes too: it said that it has too much to do, not that this one
  request has. Afterwards half as many go at a time, and one more each time that all of them were answered; however
  many were refused together, that is one refusal.
* A target that was waited for in vain `IN_VAIN` times in a row is waited for no more, until it answers otherwise: one
  that is always busy would hold a run for hours.
"""

from __future__ import annotations

import math
from threading import Condition

from assay.drive.pace import Hold, Holding, Pacing
from assay.drive.retry import IN_VAIN
from assay.drive.transport import IDLE
from assay.ports import Clock


class Manners:
    """Lets requests go; may be shared by threads."""

    def __init__(self, most: int, pace: Pacing | None, clock: Clock, hold: Holding | None = None,
                 late: float = 0.0) -> None:  # fmt: skip
        """`most` requests at a time, at that pace. Raises `ValueError` unless `most` is at least 1.

        `hold` is who else is told that the target is busy, and tells us; None: nobody. `late` is how many seconds after
        a named moment we come back, so that not everybody does at once.
        """
        if most < 1:
            raise ValueError(
                f"Cannot send requests: because {most} of them at a time are none. Do allow at least 1."
            )
        self._most, self._pace, self._clock = most, pace, clock
        self._room = Condition()
        #: how many may be under way now
        self._width = most
        self._under_way = 0
        #: places on top, and until when they are there
        self._extra, self._extra_until = 0, -math.inf
        #: nobody goes before
        self._hold, self._late = Hold() if hold is None else hold, late
        #: when it was last made narrower, and requests answered since it was last changed
        self._narrowed, self._answered = -math.inf, 0
        #: requests in a row that were waited for and answered «busy» all the same
        self._in_vain = 0

    @property
    def width(self) -> int:
        """How many requests may be under way at a time, for now."""
        return self._width

    @property
    def heeds(self) -> bool:
        """False once a target was waited for in vain too often."""
        return self._in_vain < IN_VAIN

    def expect(self, count: int) -> None:
        """Makes room for so many requests that are about to go out at once."""
        with self._room:
            now = self._clock.monotonic()
            self._extra = count + (self._extra if now <= self._extra_until else 0)
            self._extra_until = now + IDLE
            self._room.notify_all()

    def enter(self, patience: float) -> float:
        """Waits until one more request may go; `leave` must follow. Seconds that a busy target was waited for.

        That is at most `patience`; waiting for a place or for the pace is not counted, and not bounded.
        """
        waited = 0.0
        while True:
            if patience > 0:
                waited += self._wait(patience - waited)
            with self._room:
                while not self._has_place():
                    self._room.wait()
                self._under_way += 1
            if self._pace is not None:
                try:
                    self._pace.take()
                except BaseException:
                    self.leave()
                    raise
            if patience <= 0 or self._left(patience - waited) <= 0:
                return waited
            self.leave()

    def leave(self) -> None:
        """One request is no longer under way."""
        with self._room:
            self._under_way -= 1
            self._room.notify()

    def hold(self, seconds: float, sent: float) -> None:
        """A request that was sent at that moment was told to come again in so many seconds: nobody goes before."""
        with self._room:
            now = self._clock.monotonic()
            self._hold.extend(now + seconds)
            if sent > self._narrowed:
                self._width, self._narrowed, self._answered = max(1, self._width // 2), now, 0

    def answered(self) -> None:
        """A request was answered otherwise than «busy»."""
        if self._in_vain == 0 and self._width == self._most:
            return
        with self._room:
            self._in_vain = 0
            self._answered += 1
            if self._answered >= self._width < self._most:
                self._width, self._answered = self._width + 1, 0
                self._room.notify()

    def refused(self, *, in_vain: bool) -> None:
        """A request was answered «busy» for good; `in_vain`: although it was waited for."""
        with self._room:
            self._in_vain += in_vain

    def _has_place(self) -> bool:
        """Takes one of the places on top, if there is one."""
        if self._extra and self._clock.monotonic() <= self._extra_until:
            self._extra -= 1
            return True
        return self._under_way < self._width

    def _wait(self, patience: float) -> float:
        waited = 0.0
        while (left := self._left(patience - waited)) > 0:
            self._clock.sleep(left)
            waited += left
        return waited

    def _left(self, patience: float) -> float:
        """Seconds that a request is to be held; nothing for one without patience."""
        return min(self._hold.until() + self._late - self._clock.monotonic(), patience)
