"""Units: what must be explored together, because an exchange of one part speaks about clauses of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from assay.inputs.supplied import names as supplied
from assay.laws.library import operations
from assay.model.contract import Api, ContractSet, Operation
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Clause


@dataclass(frozen=True, slots=True)
class Unit:
    """Operations joined by lifecycles and by what they need of other lifecycles, or one operation alone."""

    #: `equos/session-pass`, or `equos/someOperation`
    id: str
    api: Api
    operations: tuple[Operation, ...]
    lifecycles: tuple[Lifecycle, ...]
    _ids: frozenset[str] = field(init=False, compare=False, repr=False)
    _names: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Notes what it owns: it is asked about every clause."""
        object.__setattr__(self, "_ids", frozenset(operation.id for operation in self.operations))
        object.__setattr__(self, "_names", frozenset(cycle.name for cycle in self.lifecycles))

    def owns(self, clause: Clause) -> bool:
        """True when this unit's exchanges decide the clause."""
        if clause.api != self.api.name:
            return False
        if clause.operation is not None:
            return clause.operation in self._ids
        return clause.lifecycle in self._names


def units(contracts: ContractSet) -> tuple[Unit, ...]:
    """The contracts cut into units, in document order; every clause belongs to exactly one."""
    return tuple(unit for api in contracts.apis for unit in _of(api))


def _of(api: Api) -> list[Unit]:
    web = _Web(api)
    found: list[Unit] = []
    placed: set[str] = set()
    for operation in api.operations:
        if operation.id in placed:
            continue
        story = web.story_of(operation)
        if story is None:
            found.append(Unit(f"{api.name}/{operation.id}", api, (operation,), ()))
            placed.add(operation.id)
            continue
        joined = web.connected(story)
        cycles = tuple(api.lifecycles[number] for number in joined)
        names = {name for number in joined for name in web.told[number]}
        members = tuple(o for name in names for o in web.operations.get(name, ()))
        order = web.order
        found.append(
            Unit(
                f"{api.name}/{cycles[0].name}",
                api,
                tuple(sorted(members, key=lambda o: order[id(o)])),
                cycles,
            )
        )
        placed |= names
    return found


class _Web:
    """What of one api hangs together, lifecycles by their number; each operation is looked at once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.order = {id(operation): at for at, operation in enumerate(api.operations)}
        self.operations: dict[str, list[Operation]] = {}
        for operation in api.operations:
            self.operations.setdefault(operation.id, []).append(operation)
        #: operation -> the lifecycles that make what a request of it may need
        self._needed = {name: _needed(api, name) for name in self.operations}
        self._numbers: dict[str, list[int]] = {}
        #: operation -> the lifecycles with it as a column, and the first with a law that names it
        self._columns: dict[str, list[int]] = {}
        self._named: dict[str, int] = {}
        #: lifecycle -> operations of its table, those that its laws name, and those outside of any table that need its
        #: instances
        self.told: list[set[str]] = []
        for number, cycle in enumerate(api.lifecycles):
            self._numbers.setdefault(cycle.name, []).append(number)
            for name in cycle.operations:
                self._columns.setdefault(name, []).append(number)
            laws = operations(api, cycle)
            for name in laws:
                self._named.setdefault(name, number)
            self.told.append({*cycle.operations, *laws})
        for name, needed in self._needed.items():
            if name not in self._columns:
                for number in self._of_names(needed):
                    self.told[number].add(name)
        #: lifecycle -> those of which an operation needs an instance of it
        self._needing: list[set[int]] = [set() for _ in self.told]
        for number, names in enumerate(self.told):
            for other in self._of_names({need for name in names for need in self._needs(name)}):
                self._needing[other].add(number)

    def story_of(self, operation: Operation) -> int | None:
        """The lifecycle with the operation in its table, or that names it in a law, or that makes what it needs."""
        columns = self._columns.get(operation.id, [])
        if columns:
            return columns[0]
        if operation.id in self._named:
            return self._named[operation.id]
        return min(self._of_names(self._needs(operation.id)), default=None)

    def connected(self, start: int) -> list[int]:
        """The lifecycles that are told together with this one, which comes first; then, round by round, in order."""
        found = {start: None}
        fresh = [start]
        while fresh:
            waiting = [number for known in fresh for number in self._beside(known) if number not in found]
            heapify(waiting)
            fresh = []
            while waiting:
                number = heappop(waiting)
                if number in found:
                    continue
                found[number] = None
                fresh.append(number)
                # what needs an instance of this one comes in the same round where it is written after it
                for other in self._needing[number]:
                    if other > number:
                        heappush(waiting, other)
        return list(found)

    def _beside(self, number: int) -> Iterator[int]:
        """Those that share an operation with it, make what it needs, or need what it makes."""
        for name in self.told[number]:
            yield from self._columns.get(name, ())
            yield from self._of_names(self._needs(name))
        yield from self._needing[number]

    def _needs(self, name: str) -> set[str]:
        return self._needed.get(name, set())

    def _of_names(self, names: set[str]) -> Iterator[int]:
        for name in names:
            yield from self._numbers.get(name, ())


def _needed(api: Api, operation: str) -> set[str]:
    """The lifecycles that make what a request of the operation may need."""
    if not api.prerequisites:
        return set()
    wanted = supplied(api, api.operation(operation))
    return {made.lifecycle for name, made in api.prerequisites.items() if name in wanted}
