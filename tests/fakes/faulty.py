"""Faults that can be switched, of which there are two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay.mock.engine import Engine, MockReply, MockRequest, World
from assay.model.contract import ContractSet

NAMES = ("teapot", "slow")


class Faulty:
    """Stands around an engine; `teapot` makes every answer a 418."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._active: list[Any] = []

    @property
    def contracts(self) -> ContractSet:
        """What it answers by."""
        return self._engine.contracts

    def respond(self, world: World, request: MockRequest) -> tuple[World, MockReply]:
        """The engine's reply, or a teapot's."""
        after, reply = self._engine.respond(world, request)
        if not any(one["name"] == "teapot" for one in self._active):
            return after, reply
        return after, MockReply(418, reply.headers, reply.body, reply.explanation)

    def offered(self) -> Sequence[Mapping[str, Any]]:
        """Both."""
        return [{"name": name, "title": f"It is {name}."} for name in NAMES]

    def active(self) -> Sequence[Mapping[str, Any]]:
        """Those that are on."""
        return self._active

    def switch(self, wanted: Sequence[Any]) -> None:
        """Makes these the active ones."""
        found = [{"name": one} if isinstance(one, str) else one for one in wanted]
        unknown = [one for one in found if not isinstance(one, dict) or one.get("name") not in NAMES]
        if unknown:
            raise ValueError(f"There is no fault {unknown[0]!r}.")
        self._active = found
