"""Which of the old is which of the new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from assay.model.contract import Api, ContractSet, Operation
from assay.model.problem import Place
from assay.rules.changes.spot import Spot, of_operation
from assay.rules.schemas.comparing import Comparer
from assay.rules.schemas.reading import Reader, Side

_Item = TypeVar("_Item")
_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Pairs(Generic[_Item]):
    """What is on both sides, and what on one only."""

    both: tuple[tuple[_Item, _Item], ...]
    gone: tuple[_Item, ...]
    come: tuple[_Item, ...]


def paired(old: Iterable[_Item], new: Iterable[_Item], *keys: Callable[[_Item], object]) -> Pairs[_Item]:
    """Pairs by the first key on which two agree, then by the next. What shares its key with another keeps its order."""
    left, right = list(old), list(new)
    both: list[tuple[_Item, _Item]] = []
    for key in keys:
        there: dict[object, list[_Item]] = {}
        for item in right:
            there.setdefault(key(item), []).append(item)
        rest = []
        for item in left:
            twins = there.get(key(item))
            if twins:
                both.append((item, twins.pop(0)))
            else:
                rest.append(item)
        left, right = rest, [item for items in there.values() for item in items]
    return Pairs(tuple(both), tuple(left), tuple(right))


def apis(old: ContractSet, new: ContractSet) -> Pairs[Api]:
    """By name; the only one that is left on each side is the same one under another name."""
    found = paired(old.apis, new.apis, lambda api: api.name)
    if len(found.gone) == len(found.come) == 1:
        return Pairs((*found.both, (found.gone[0], found.come[0])), (), ())
    return found


def operations(old: Api, new: Api) -> Pairs[Operation]:
    """By what is sent: method and path, whatever its variables are called; then by id."""
    return paired(old.operations, new.operations, endpoint, lambda operation: operation.id)


def endpoint(operation: Operation) -> tuple[str, str]:
    """Method and path, the variables without their names."""
    return operation.method, _VARIABLE.sub("{}", operation.path)


def variables(path: str) -> list[str]:
    """The names of a path's variables, in order."""
    return _VARIABLE.findall(path)


@dataclass(slots=True)
class Both:
    """The two sides of one api, and what was worked out of them."""

    contracts: tuple[ContractSet, ContractSet]
    apis: tuple[Api, Api]
    _comparers: dict[tuple[Side, bool], Comparer] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The api's name, the new one."""
        return self.apis[1].name

    def comparer(self, side: Side, *, expressions: bool = False) -> Comparer:
        """Compares schemas of this api."""
        key = (side, expressions)
        if key not in self._comparers:
            old, new = (Reader(api.resolve, side, expressions=expressions) for api in self.apis)
            self._comparers[key] = Comparer(old, new, side, witnesses=not expressions)
        return self._comparers[key]

    def spots(self, old: Operation, new: Operation) -> tuple[Spot, Spot]:
        """The files of an operation."""
        return (
            of_operation(self.contracts[0], self.apis[0], old),
            of_operation(self.contracts[1], self.apis[1], new),
        )

    def at(self, which: int, place: Place, *keys: str) -> Place:
        """A place below another one, on the old (0) or the new (1) side."""
        pointer = "".join(f"/{key.replace('~', '~0').replace('/', '~1')}" for key in keys)
        return self.contracts[which].locate(place.file, place.pointer + pointer)


def two(items: Iterable[_Item]) -> tuple[_Item, _Item]:
    """The old and the new one of two."""
    old, new = items
    return old, new


def by_name(items: Iterable[_Item], name: Callable[[_Item], str]) -> Mapping[str, _Item]:
    """Each under its name, the first of several."""
    found: dict[str, _Item] = {}
    for item in items:
        found.setdefault(name(item), item)
    return found
