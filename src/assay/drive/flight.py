"""One request under way: the time it has left, and how far it got."""

from __future__ import annotations

from collections.abc import Sequence

from assay.ports import Clock


class Flight:
    """One request under way: what it has left, and how far it got."""

    __slots__ = (
        "_connect", "_connect_by", "_deadline", "answered", "clock", "fresh", "limit", "must_be_fresh", "open",
        "origin", "received", "sent", "target",
    )  # fmt: skip

    def __init__(
        self,
        target: str,
        origin: str,
        limit: float,
        clock: Clock,
        *,
        must_be_fresh: bool = False,
        connect: float | None = None,
    ) -> None:
        #: the request target (RFC 9112 §3.2.1), byte for byte
        self.target = target
        #: scheme, host and port, for messages
        self.origin = origin
        #: seconds, from now, for the whole request
        self.limit = limit
        self.clock = clock
        self._deadline = clock.monotonic() + limit
        #: seconds of them for opening a connection, and when that has to be done
        self._connect = limit if connect is None else min(connect, limit)
        self._connect_by: float | None = None
        #: no connection of an earlier request may be used
        self.must_be_fresh = must_be_fresh
        #: headers in the order they were written
        self.sent: Sequence[tuple[str, str]] = ()
        #: a connection stands
        self.open = False
        #: it was opened for this request
        self.fresh = False
        #: bytes of the answer that arrived
        self.received = 0
        #: the head of the answer is complete
        self.answered = False

    @property
    def reused(self) -> bool:
        """True when the request went over a connection that an earlier one opened."""
        return self.open and not self.fresh

    @property
    def stale(self) -> bool:
        """True when a failure may be due to the server having closed an idle connection."""
        return self.reused and self.received == 0

    def again(self) -> Flight:
        """The same request on a fresh connection, in the time that is left."""
        left = max(0.0, self._deadline - self.clock.monotonic())
        return Flight(self.target, self.origin, left, self.clock, must_be_fresh=True, connect=self._connect)

    @property
    def connect(self) -> float:
        """Seconds that opening a connection may take."""
        return self._connect

    def left_to_connect(self) -> float:
        """Seconds left to open a connection, from when that was first asked. Raises `TimeoutError` without any."""
        now = self.clock.monotonic()
        if self._connect_by is None:
            self._connect_by = now + self._connect
        left = min(self._connect_by, self._deadline) - now
        if left <= 0:
            raise TimeoutError(f"no connection within {self._connect:g} s")
        return left

    def left(self) -> float:
        """Seconds left. Raises `TimeoutError` when there are none."""
        left = self._deadline - self.clock.monotonic()
        if left <= 0:
            raise TimeoutError(f"the request took longer than {self.limit:g} s")
        return left
