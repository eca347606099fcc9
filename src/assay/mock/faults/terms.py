"""The words of faults: where a request meets the table, what a fault may look at, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from assay.mock.engine import Engine
from assay.mock.world import Instance, Key, MockReply, MockRequest, World
from assay.model.contract import Api, Operation
from assay.model.lifecycle import Lifecycle

#: what an engine may overlook: missing credentials, or whose an instance is
Leniency = Literal["unlocked", "unowned"]
#: what a fault leaves behind: the world and the reply; None where it changes neither
Outcome = tuple[World, MockReply] | None


class Site(NamedTuple):
    """Where a request meets the table."""

    api: Api
    operation: Operation
    #: None where no lifecycle has a say; then there is no state either
    cycle: Lifecycle | None = None
    key: Key | None = None
    #: the instance as it was before; None for one that does not exist
    instance: Instance | None = None
    #: the state before; empty where no lifecycle has a say
    state: str = ""

    @property
    def creates(self) -> bool:
        """True for the operation that makes instances."""
        return self.cycle is not None and self.cycle.created_by == self.operation.id

    @property
    def reads(self) -> bool:
        """True for a method that is to change nothing (RFC 9110 §9.2.1)."""
        return self.operation.method.lower() in {"get", "head", "options"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, and where. Deterministic: of equal requests in equal worlds the same ones are hit."""

    name: str
    #: operation id, or `api/operation id`; empty: every operation
    operation: str = ""
    #: the state that the instance is in; empty: every state
    state: str = ""
    #: how likely a request is hit
    probability: float = 1.0
    #: JSON Pointer into the body, or a header's name; empty: the fault chooses
    field: str = ""
    #: the status, for faults that answer with one; 0: the fault chooses
    status: int = 0
    #: for faults that take time; 0: their usual time
    seconds: float = 0.0
    seed: int = 0

    def hits(self, site: Site) -> bool:
        """True where it may strike."""
        names = ("", site.operation.id, f"{site.api.name}/{site.operation.id}")
        return self.operation in names and self.state in ("", site.state)


class Turn(NamedTuple):
    """A request that a fault may strike, and what would become of it otherwise."""

    fault: Fault
    site: Site
    engine: Engine
    #: engines that overlook something
    lenient: Callable[[Leniency], Engine]
    request: MockRequest
    #: before the request
    world: World
    #: without the fault
    after: World
    reply: MockReply
    #: chooses below n: the same for the same fault and request
    draw: Callable[[int], int]


class Aim(NamedTuple):
    """One way in which a fault can strike at a place."""

    field: str = ""
    status: int = 0


#: where it can strike at all
ONCE = (Aim(),)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault."""

    name: str
    #: what it does, in a sentence
    title: str
    act: Callable[[Turn], Outcome]
    #: the ways in which it can strike at a place; a place is a site without an instance
    aims: Callable[[Site], Iterator[Aim] | tuple[Aim, ...]]
    #: what may be said of it besides operation, state and probability
    takes: frozenset[str] = frozenset()
