"""An engine that goes wrong where it was told to. Implements `mock.answering.Answering` and `Faults`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from hashlib import sha256

from assay.mock.engine import Engine
from assay.mock.faults.effects import settled
from assay.mock.faults.library import FAULTS
from assay.mock.faults.read import FaultError, read
from assay.mock.faults.site import site
from assay.mock.faults.terms import Fault, Leniency, Outcome, Site, Turn
from assay.mock.world import MockReply, MockRequest, World
from assay.model.contract import ContractSet
from assay.model.terms import Json

#: the header that names the fault that an answer shows
HEADER = "X-Assay-Fault"
#: told of each request that a fault may strike: the fault, where, and what became of it
Watch = Callable[[Turn, Outcome], None]


def nobody(turn: Turn, outcome: Outcome) -> None:
    """Watches nothing."""


class Faulty:
    """Stands around an engine. Without faults it is that engine."""

    def __init__(self, engine: Engine, faults: Sequence[Fault] = (), watch: Watch = nobody) -> None:
        self._engine = engine
        self._faults = tuple(faults)
        self._watch = watch
        self._lenient = cache(partial(_lenient, engine))

    @property
    def contracts(self) -> ContractSet:
        """What it answers by."""
        return self._engine.contracts

    def respond(self, world: World, request: MockRequest) -> tuple[World, MockReply]:
        """The engine's reply, as the faults leave it."""
        if not self._faults and not world.unsettled.waiting:
            return self._engine.respond(world, request)
        if world.unsettled.waiting:
            world = settled(world, request)
        after, reply = self._engine.respond(world, request)
        at = site(self._engine, world, request)
        if at is None:
            return after, reply
        turns = world.unsettled.turns
        for fault in self._faults:
            if not fault.hits(at) or not _likely(fault, turns):
                continue
            draw = partial(_drawn, fault, turns)
            turn = Turn(fault, at, self._engine, self._lenient, request, world, after, reply, draw)
            outcome = FAULTS[fault.name].act(turn)
            self._watch(turn, outcome)
            if outcome is not None:
                after, reply = outcome[0], _marked(outcome[1], fault.name)
        unsettled = after.unsettled._replace(turns=turns + 1)
        return replace(after, unsettled=unsettled), reply

    def offered(self) -> Sequence[Mapping[str, Json]]:
        """Every fault, with what may be said of it."""
        common = ("operation", "state", "probability", "seed")
        return [
            {"name": kind.name, "title": kind.title, "takes": [*common, *sorted(kind.takes)]}
            for kind in FAULTS.values()
        ]

    def active(self) -> Sequence[Mapping[str, Json]]:
        """What is switched on."""
        return [_told(fault) for fault in self._faults]

    def switch(self, wanted: Sequence[Json]) -> None:
        """Makes these the active ones. Raises `ValueError`, and then nothing has changed."""
        try:
            self._faults = tuple(read(one, self.contracts) for one in wanted)
        except FaultError as error:
            raise ValueError(str(error)) from None

    def strike(self, *faults: Fault) -> None:
        """The same, of faults that are known to be right."""
        self._faults = faults


def _lenient(engine: Engine, what: Leniency) -> Engine:
    options = engine.options
    looser = replace(options, unlocked=True) if what == "unlocked" else replace(options, unowned=True)
    return Engine(engine.contracts, looser)


def _told(fault: Fault) -> Mapping[str, Json]:
    usual = asdict(Fault(fault.name))
    return {name: value for name, value in asdict(fault).items() if name == "name" or value != usual[name]}


def _marked(reply: MockReply, name: str) -> MockReply:
    return replace(reply, headers=(*reply.headers, (HEADER, name)))


def _likely(fault: Fault, turns: int) -> bool:
    return fault.probability >= 1 or _drawn(fault, turns, 1_000_000, "hit") < fault.probability * 1_000_000


def _drawn(fault: Fault, turns: int, below: int, what: str = "") -> int:
    said = f"{fault.seed}/{fault.name}/{turns}/{what}".encode()
    return int.from_bytes(sha256(said).digest()[:6]) % below if below else 0


__all__ = ["HEADER", "Fault", "Faulty", "Site"]
