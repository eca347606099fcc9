"""How many histories may be under way at once, and from when on none may be beside another."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from assay.explore.knowledge import Knowledge
from assay.model.case import Script
from assay.model.contract import Api
from assay.ports import Relief

#: latencies that are remembered, to know how many requests have to be under way to keep a core busy
_LATENCIES = 32
#: seconds of a core that one request takes, roughly: where the answer comes sooner, more hands are no help
_WORK = 0.0005
#: histories that are played one after another before several are, while nothing is known of the target
_FIRST = 10


class Hands:
    """Counts the hands of one stage. For the thread that plays; only what it asks may change meanwhile."""

    def __init__(
        self, api: Api, knowledge: Knowledge, most: int, relief: Relief | None, *, has_credentials: bool
    ) -> None:
        """At most so many; `relief` says when there is too much to go on as it is."""
        self._knowledge, self._most, self._relief = knowledge, most, relief
        #: histories that were begun by themselves
        self._begun = 0
        self._latencies: list[float] = []
        self._cycles = tuple(cycle.name for cycle in api.lifecycles)
        self._secured = has_credentials and any(operation.secured for operation in api.operations)

    def relieve(self) -> None:
        """Ends what earlier histories left, if it is more than the target is to bear. Raises what sending raises."""
        if self._relief is not None and self._relief.due:
            self._relief()

    def begins(self) -> None:
        """A history is about to be played by itself."""
        self._begun += 1

    def waited(self, seconds: float) -> None:
        """So long an answer took while nothing else was under way."""
        if len(self._latencies) < _LATENCIES:
            self._latencies.append(seconds)

    def count(self) -> int:
        """How many histories should be under way: as many as it takes for somebody always to have an answer."""
        if self._most == 1 or not self._latencies or self._knowledge.ids.again:
            return 1
        if self._begun < _FIRST and not self._knowledge.settled(self._cycles, secured=self._secured):
            return 1
        return min(self._most, max(1, round(median(self._latencies) / _WORK)))

    def while_many_may(self, scripts: Iterator[Script]) -> Iterator[Script]:
        """Those that may be under way beside others: none once an id was issued twice, or while there is too much."""
        while not self._knowledge.ids.again and not (self._relief is not None and self._relief.due):
            script = next(scripts, None)
            if script is None:
                return
            yield script
