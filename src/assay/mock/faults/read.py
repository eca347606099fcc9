"""Faults as people write them: `slow`, `field-missing:operation=getOrder,field=/total,probability=0.2`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from assay.contractfile.suggest import choose
from assay.mock.faults.library import FAULTS
from assay.mock.faults.terms import Fault
from assay.model.contract import ContractSet
from assay.model.terms import Json

_COMMON = frozenset({"name", "operation", "state", "probability", "seed"})
_KINDS = {field.name: field.type for field in fields(Fault)}


class FaultError(ValueError):
    """There is no such fault, or it cannot be told so."""


def parse(text: str, contracts: ContractSet) -> Fault:
    """The fault that a text names. Raises `FaultError`."""
    name, _, rest = text.partition(":")
    told: dict[str, Json] = {"name": name.strip()}
    for pair in filter(None, rest.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise FaultError(f"Cannot read the fault {text!r}: because {pair!r} is no NAME=VALUE.")
        told[key.strip()] = value.strip()
    return read(told, contracts)


def read(told: Json, contracts: ContractSet) -> Fault:
    """The fault that a name, or an object with a `name`, stands for. Raises `FaultError`."""
    if isinstance(told, str):
        return parse(told, contracts) if ":" in told else read({"name": told}, contracts)
    if not isinstance(told, Mapping) or not isinstance(told.get("name"), str):
        raise FaultError("Cannot read a fault: because it is neither a name nor an object with one.")
    name = told["name"]
    kind = FAULTS.get(name)
    if kind is None:
        raise FaultError(f"Cannot use the fault {name!r}: because there is none. {choose(name, FAULTS)}")
    for key in told:
        if key not in _COMMON | kind.takes:
            hint = choose(str(key), sorted(_COMMON | kind.takes))
            raise FaultError(f"Cannot use the fault {name}: because it takes no {key!r}. {hint}")
    fault = Fault(**{key: _value(name, key, value) for key, value in told.items()})
    _known(fault, contracts)
    return fault


def _value(name: str, key: str, value: Json) -> Json:
    wanted = {"float": float, "int": int}.get(str(_KINDS[key]), str)
    try:
        found = wanted(value)
    except (TypeError, ValueError):
        raise FaultError(f"Cannot use the fault {name}: because {key}={value!r} is no number.") from None
    if key == "probability" and not 0 <= found <= 1:
        raise FaultError(f"Cannot use the fault {name}: because a probability lies between 0 and 1.")
    if key == "seconds" and not 0 <= found <= 3600:
        raise FaultError(f"Cannot use the fault {name}: because it may take an hour at most.")
    if key == "status" and not 200 <= found <= 599:
        raise FaultError(f"Cannot use the fault {name}: because {found} is no status of an answer.")
    return found


def _known(fault: Fault, contracts: ContractSet) -> None:
    if fault.operation:
        ids = [(api.name, operation.id) for api in contracts.apis for operation in api.operations]
        _in("operation", fault.operation, [name for api, own in ids for name in (own, f"{api}/{own}")])
    if fault.state:
        cycles = (cycle for api in contracts.apis for cycle in api.lifecycles)
        _in("state", fault.state, [state.name for cycle in cycles for state in cycle.states])


def _in(what: str, name: str, known: Iterable[str]) -> None:
    there = dict.fromkeys(known)
    if name not in there:
        raise FaultError(
            f"Cannot use a fault of the {what} {name!r}: because there is none. {choose(name, there)}"
        )
