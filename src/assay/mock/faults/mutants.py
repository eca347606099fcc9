"""Mutants: every fault at every place where it can strike, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assay.mock.faults.library import FAULTS
from assay.mock.faults.terms import Fault, Site
from assay.model.contract import Api, ContractSet

#: seconds, where a fault takes time: enough to be seen, and no more
_SHORT = {"slow": 0.005, "non-atomic": 0.02}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mock that is wrong in one known way."""

    #: `api/operation/state/fault/field or status`; stable, and unique in a folder
    id: str
    api: str
    operation: str
    #: empty where no lifecycle has a say
    state: str
    fault: Fault


def mutants(contracts: ContractSet) -> Iterator[Mutant]:
    """All mutants, in the order of the contracts and of the list of faults."""
    for api in contracts.apis:
        for place in places(api):
            yield from _at(place)


def places(api: Api) -> Iterator[Site]:
    """Every operation in every state of its table; once where no lifecycle has a say."""
    for operation in api.operations:
        cycle = api.lifecycle_of(operation.id)
        states = ("",) if cycle is None else tuple(cycle.cells[operation.id])
        for state in states:
            yield Site(api, operation, cycle, state=state)


def _at(place: Site) -> Iterator[Mutant]:
    at = "/".join(part for part in (place.api.name, place.operation.id, place.state) if part)
    for kind in FAULTS.values():
        for aim in kind.aims(place):
            how = aim.field.removeprefix("/") or (str(aim.status) if aim.status else "")
            name = f"{at}/{kind.name}/{how}" if how else f"{at}/{kind.name}"
            fault = Fault(
                kind.name,
                f"{place.api.name}/{place.operation.id}",
                place.state,
                field=aim.field,
                status=aim.status,
                seconds=_SHORT.get(kind.name, 0.0),
            )
            yield Mutant(name, place.api.name, place.operation.id, place.state, fault)


__all__ = ["Mutant", "mutants", "places"]
