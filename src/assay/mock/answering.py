"""What a server needs of a mock: something that answers, and something that can be told to answer wrongly.

`Engine` answers. Whatever stands around it, to change what it answers, answers as well and takes its place; where that
can be switched while the mock runs it is `Faults` besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from assay.mock.world import MockReply, MockRequest, World
from assay.model.contract import ContractSet
from assay.model.terms import Json


class Answering(Protocol):
    """Answers requests out of a world, and keeps nothing of them itself."""

    @property
    def contracts(self) -> ContractSet:
        """What it answers by."""
        ...

    def respond(self, world: World, request: MockRequest) -> tuple[World, MockReply]:
        """The reply, and the world after it. Every request has one."""
        ...


@runtime_checkable
class Faults(Protocol):
    """Faults that can be switched on and off while the mock runs. Nobody answers meanwhile."""

    def offered(self) -> Sequence[Mapping[str, Json]]:
        """All that can be switched on; each has a `name` and says what it does in `title`."""
        ...

    def active(self) -> Sequence[Mapping[str, Json]]:
        """What is switched on, as `switch` takes it."""
        ...

    def switch(self, wanted: Sequence[Json]) -> None:
        """Makes these the active ones, and no others: names, or objects with a `name` and what else it may be told.

        Raises `ValueError` with a sentence for what it does not know; then nothing has changed.
        """
        ...
