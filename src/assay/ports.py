"""What the core needs of the outside, as small protocols. Adapters live at the rim; tests bring fakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from assay.model.case import Exchange, WireRequest
from assay.model.event import Event


class CannotSend(ValueError):
    """A request that is not HTTP even on our side: the fault of whoever made it, never the target's."""


class Send(Protocol):
    """Makes one request of the target."""

    def __call__(self, request: WireRequest) -> Exchange:
        """Sends and waits. Never raises for anything the target does: that is in `Exchange.failure`.

        Raises `CannotSend` for a request that cannot be put on the wire.
        """
        ...


@runtime_checkable
class Warm(Protocol):
    """A driver that can open connections before they are needed."""

    def warm(self, connections: int) -> None:
        """Opens connections until so many wait for a request; asks nothing over them. Never raises."""
        ...


@runtime_checkable
class Resending(Protocol):
    """A driver that may send a request again by itself: with other credentials, later, or over another connection."""

    #: called before it does; what it raises is raised
    again: Callable[[], None]


class Relief(Protocol):
    """Keeps the target from being filled with what histories leave behind."""

    @property
    def due(self) -> bool:
        """True when there is too much by now."""
        ...

    def __call__(self) -> None:
        """Ends what is there: nobody goes on with it. Raises what sending raises."""
        ...


class Clock(Protocol):
    """Time from outside, so that the core can be replayed."""

    def now(self) -> datetime:
        """The present, in UTC, timezone-aware."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; only differences mean something."""
        ...

    def sleep(self, seconds: float) -> None:
        """Waits."""
        ...


class Sink(Protocol):
    """Takes events in order."""

    def __call__(self, event: Event) -> None:
        """Takes one event. Raises `OSError` when it cannot be kept."""
        ...
