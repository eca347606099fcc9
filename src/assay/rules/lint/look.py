"""What a lint rule looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Protocol, cast

from assay.model.contract import Api, ContractSet, Json, Operation
from assay.model.lifecycle import Cell, Lifecycle, Transition
from assay.model.pointer import escape
from assay.model.problem import Place, Problem, Severity


@dataclass(frozen=True, slots=True)
class Look:
    """One api, as a rule sees it."""

    contracts: ContractSet
    api: Api
    #: the present day; None when nobody said, and then nothing is expired
    today: date | None = None

    @property
    def whole(self) -> bool:
        """True when all files of the api could be read: then what is not there is really missing."""
        return self.api.complete

    def at(self, place: Place, pointer: str) -> Place:
        """The spot of that pointer in the file of `place`."""
        return self.contracts.locate(place.file, pointer)

    def below(self, place: Place, *keys: str | int) -> Place:
        """The spot of a member below `place`."""
        return self.at(place, place.pointer + "".join(f"/{escape(str(key))}" for key in keys))

    def operations(self) -> Mapping[str, Operation]:
        """The api's operations by id."""
        return self.api.by_id

    def tables(self) -> Iterator[Lifecycle]:
        """The lifecycles whose creating operation is known: without it nothing can be told of the others."""
        known = self.operations()
        for lifecycle in self.api.lifecycles:
            if lifecycle.created_by in known or (not self.whole and lifecycle.created_by in lifecycle.cells):
                yield lifecycle

    def cells(self, lifecycles: Iterable[Lifecycle] | None = None) -> Iterator[tuple[Lifecycle, Cell]]:
        """Every written cell of those lifecycles, or of all."""
        for lifecycle in self.api.lifecycles if lifecycles is None else lifecycles:
            for row in lifecycle.cells.values():
                for cell in row.values():
                    yield lifecycle, cell

    def ways(self, cell: Cell) -> Iterator[tuple[Transition, Place]]:
        """Each way a cell may answer, at once or later, and its spot."""
        if cell.eventually is not None:
            late = self.below(cell.place, "eventually")
            yield cell.transitions[0], late
            yield from self._listed(cell.eventually.meanwhile, self.below(late, "meanwhile"))
        else:
            yield from self._listed(cell.transitions, cell.place)

    def _listed(self, ways: Sequence[Transition], place: Place) -> Iterator[tuple[Transition, Place]]:
        inner = self.below(place, 0)
        listed = inner.line != place.line or inner.column != place.column
        for index, way in enumerate(ways):
            yield way, self.below(place, index) if listed else place


class Check(Protocol):
    """What every rule's module has."""

    #: kebab-case id that never changes
    RULE: str

    def check(self, look: Look) -> Iterator[Problem]:
        """What the rule finds in that api."""
        ...


def rules(*modules: ModuleType) -> tuple[Check, ...]:
    """Modules as checks: each has a `RULE` and a `check`."""
    return tuple(cast("Check", module) for module in modules)


def warning(place: Place, rule: str, message: str, fix: str = "") -> Problem:
    """A finding that stops nothing."""
    return Problem(place, rule, message, fix, Severity.WARNING)


def advice(place: Place, rule: str, message: str, fix: str = "") -> Problem:
    """A finding of which nobody says that it is a mistake."""
    return Problem(place, rule, message, fix, Severity.ADVICE)


def strings(value: Json, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text inside a JSON value, keys left out, with the path to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from strings(member, *path, key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, *path, index)
