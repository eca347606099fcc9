"""A log in memory."""

from __future__ import annotations

from typing import TypeVar

from assay.model.event import Event, Noted, StepJudged, ViolationFound

E = TypeVar("E", bound=Event)


class ListSink:
    """Implements `ports.Sink`."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def steps(self) -> list[StepJudged]:
        return self.of(StepJudged)

    @property
    def violations(self) -> list[ViolationFound]:
        return self.of(ViolationFound)

    @property
    def notes(self) -> list[Noted]:
        return self.of(Noted)
