"""Units: what must be explored together, because an exchange of one part speaks about clauses of another."""

from __future__ import annotations

from dataclasses import dataclass

from assay.laws.library import operations
from assay.model.contract import Api, ContractSet, Operation
from assay.model.lifecycle import Lifecycle
from assay.model.verdict import Clause


@dataclass(frozen=True, slots=True)
class Unit:
    """Operations joined by lifecycles, or one operation alone."""

    #: `equos/session-pass`, or `equos/someOperation`
    id: str
    api: Api
    operations: tuple[Operation, ...]
    lifecycles: tuple[Lifecycle, ...]

    def owns(self, clause: Clause) -> bool:
        """True when this unit's exchanges decide the clause."""
        if clause.api != self.api.name:
            return False
        if clause.operation is not None:
            return any(operation.id == clause.operation for operation in self.operations)
        return any(cycle.name == clause.lifecycle for cycle in self.lifecycles)


def units(contracts: ContractSet) -> tuple[Unit, ...]:
    """The contracts cut into units, in document order; every clause belongs to exactly one."""
    return tuple(unit for api in contracts.apis for unit in _of(api))


def _of(api: Api) -> list[Unit]:
    found: list[Unit] = []
    placed: set[str] = set()
    for operation in api.operations:
        if operation.id in placed:
            continue
        cycle = _story_of(api, operation)
        if cycle is None:
            found.append(Unit(f"{api.name}/{operation.id}", api, (operation,), ()))
            placed.add(operation.id)
            continue
        names, cycles = _connected(api, cycle)
        members = tuple(o for o in api.operations if o.id in names)
        found.append(Unit(f"{api.name}/{cycle.name}", api, members, cycles))
        placed |= names
    return found


def _story_of(api: Api, operation: Operation) -> Lifecycle | None:
    """The lifecycle that has the operation in its table, or names it in one of its laws."""
    named = (cycle for cycle in api.lifecycles if operation.id in operations(api, cycle))
    return api.lifecycle_of(operation.id) or next(named, None)


def _connected(api: Api, cycle: Lifecycle) -> tuple[set[str], tuple[Lifecycle, ...]]:
    names, cycles = set(cycle.operations) | operations(api, cycle), [cycle]
    grown = True
    while grown:
        grown = False
        for other in api.lifecycles:
            if other not in cycles and names & set(other.operations):
                cycles.append(other)
                names |= set(other.operations) | operations(api, other)
                grown = True
    return names, tuple(cycles)
