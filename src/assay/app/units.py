"""Units: what must be explored together, because an exchange of one part speaks about clauses of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """The lifecycle that has the operation in its table, names it in one of its laws, or makes what it needs."""
    named = (cycle for cycle in api.lifecycles if operation.id in operations(api, cycle))
    needed = _needed(api, operation.id)
    makes = (cycle for cycle in api.lifecycles if cycle.name in needed)
    return api.lifecycle_of(operation.id) or next(named, None) or next(makes, None)


def _connected(api: Api, cycle: Lifecycle) -> tuple[set[str], tuple[Lifecycle, ...]]:
    """The operations and lifecycles that are told together with this one."""
    cycles = [cycle]
    grown = True
    while grown:
        grown = False
        members = _operations(api, cycles)
        needed = {name for operation in members for name in _needed(api, operation)}
        for other in api.lifecycles:
            if other in cycles:
                continue
            if other.name in needed or members & set(other.operations) or _joins(api, other, cycles):
                cycles.append(other)
                grown = True
    return _operations(api, cycles), tuple(cycles)


def _joins(api: Api, other: Lifecycle, cycles: Sequence[Lifecycle]) -> bool:
    """True when an operation of `other` needs an instance of one of these."""
    names = {cycle.name for cycle in cycles}
    return any(_needed(api, operation) & names for operation in _operations(api, [other]))


def _operations(api: Api, cycles: Sequence[Lifecycle]) -> set[str]:
    """Those of the tables, those that their laws name, and those outside of any table that need their instances."""
    names = {name for cycle in cycles for name in (*cycle.operations, *operations(api, cycle))}
    made = {cycle.name for cycle in cycles}
    alone = (o.id for o in api.operations if api.lifecycle_of(o.id) is None)
    return names | {name for name in alone if _needed(api, name) & made}


def _needed(api: Api, operation: str) -> set[str]:
    """The lifecycles that make what a request of the operation may need."""
    if not api.prerequisites:
        return set()
    wanted = supplied(api, api.operation(operation))
    return {made.lifecycle for name, made in api.prerequisites.items() if name in wanted}
