"""The world of a running mock: one request after another, each answered by the world the one before left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from assay.mock.answering import Answering
from assay.mock.world import MockReply, MockRequest, World
from assay.serve.record import Record

_Found = TypeVar("_Found")


class Keeper:
    """Keeps the world, the clock, and a record of the last exchanges where one is wanted."""

    def __init__(self, engine: Answering, record: Record | None = None) -> None:
        self.engine = engine
        self.record = record
        self.world = World()
        #: how many requests were answered
        self.requests = 0
        self._ahead = timedelta()
        self._lock = threading.Lock()

    @property
    def ahead(self) -> float:
        """How many seconds its clock is ahead of the machine's."""
        return self._ahead.total_seconds()

    def now(self) -> datetime:
        """The present, by its clock."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Lets so much time have passed; there is no way back. Raises `OverflowError` beyond all calendars."""
        with self._lock:
            ahead = self._ahead + timedelta(seconds=seconds)
            _ = datetime.now(UTC) + ahead + timedelta(days=366)
            self._ahead = ahead

    def reset(self, world: World) -> None:
        """Goes on with that world."""
        with self._lock:
            self.world = world

    def undisturbed(self, do: Callable[[], _Found]) -> _Found:
        """What `do` finds, while nobody is answered."""
        with self._lock:
            return do()

    def answer(self, request: MockRequest) -> MockReply:
        """The reply; the world is the one after it."""
        if self.record is None:
            with self._lock:
                self.world, reply = self.engine.respond(self.world, request)
                self.requests += 1
            return reply
        began = time.perf_counter()
        with self._lock:
            self.world, reply = self.engine.respond(self.world, request)
            self.requests += 1
        self.record.add(request, reply, time.perf_counter() - began)
        return reply
