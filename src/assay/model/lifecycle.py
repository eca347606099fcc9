"""The lifecycle: one literal table, state × operation → status, body, next state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from assay.model.problem import NOWHERE, Place
from assay.model.terms import Json, Schema, Strength

#: built in: an id that was never issued
ABSENT = "absent"


class Nothing(StrEnum):
    """The body predicate `nothing`: JSON null or a zero-length body."""

    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class State:
    """One row of the table."""

    name: str
    final: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a way of answering begins to hold, counted from when the instance came into the state. In seconds."""

    #: before this age the way does not hold, and the others do
    after: float
    #: how much later it may begin to: in between both hold, from then on only this one
    slack: float


@dataclass(frozen=True, slots=True)
class Transition:
    """One way a cell may answer."""

    status: int
    #: next state; None: stays where it is
    to: str | None = None
    #: JSON Schema (with runtime expressions), `Nothing.NOTHING`, or None for «as the reply documents»
    body: Schema | Nothing | None = None
    #: CEL guard over `request`, `instance`; None: always
    when: str | None = None
    #: field name -> literal, runtime expression or `{rule: CEL}`, applied after the step
    set: Mapping[str, Json] = field(default_factory=dict)
    #: JSON Merge Patch (RFC 7396) the mock lays over the body it generates; values may be runtime expressions
    mock_body: Json = None
    #: the way holds only once the instance has been in the state so long; None: from the beginning
    expires: Expiry | None = None


@dataclass(frozen=True, slots=True)
class Eventually:
    """The cell's one way of answering holds from some moment on, not later than `within`. In seconds."""

    #: from this age on it surely answers so
    within: float
    #: how often to ask while it may still come
    every: float
    #: what is answered until then; empty: anything that the operation documents
    meanwhile: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One (state, operation) entry."""

    state: str
    operation: str
    #: what is documented: any of these; empty when `silent`
    transitions: tuple[Transition, ...]
    silent: bool
    #: how the mock behaves where the documentation is silent
    mock: Transition | None
    strength: Strength
    source: str
    place: Place = NOWHERE
    #: the one way in `transitions` is what is answered in the end; None: what is answered at once
    eventually: Eventually | None = None

    @property
    def plain(self) -> tuple[Transition, ...]:
        """The ways that hold from the beginning."""
        return tuple(way for way in self.transitions if way.expires is None)

    @property
    def expired(self) -> tuple[Transition, ...]:
        """The ways that hold once the instance has been in the state long enough."""
        return tuple(way for way in self.transitions if way.expires is not None)


#: seconds in a unit, largest first
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def duration(seconds: float) -> str:
    """A length of time as contracts write it: `10m`, `1.5s`, `200ms`."""
    if seconds < 1:
        return f"{seconds * 1000:g}ms"
    unit = next((u for u, size in _UNITS.items() if seconds > size and seconds % size == 0), "s")
    return f"{seconds / _UNITS[unit]:g}{unit}"


class FieldKind(StrEnum):
    """How a remembered value relates to what the server answers."""

    #: what was sent comes back
    ECHO = "echo"
    #: bound from the first answer, then stable
    SERVER = "server"
    #: never compared
    VOLATILE = "volatile"
    #: worked out from the other remembered values
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Field:
    """A value the model remembers of an instance."""

    name: str
    kind: FieldKind
    #: runtime expression over the creating request (`echo` only)
    sent: str | None
    #: operation -> runtime expression that finds it in that operation's answer
    at: Mapping[str, str]
    strength: Strength
    source: str
    place: Place = NOWHERE
    #: CEL over `instance` that gives the value (`derived` only)
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """A named, parameterised rule over histories."""

    name: str
    parameters: Mapping[str, Json]
    strength: Strength
    source: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The table of one kind of instance."""

    name: str
    api: str
    #: operation that issues a new instance
    created_by: str
    #: runtime expression that finds the id in the creating answer
    id_expression: str
    #: parameter name -> location (`path`, `query`, `header`): which parameter carries the id
    carried_in: Mapping[str, str]
    states: tuple[State, ...]
    #: operation -> state -> cell
    cells: Mapping[str, Mapping[str, Cell]]
    fields: tuple[Field, ...]
    laws: tuple[Law, ...]
    strength: Strength
    source: str
    place: Place = NOWHERE
    #: runtime expression over the instance that finds the URL at which it is asked; None: the operations' own paths
    url_expression: str | None = None
    #: what others worked out of this very table and need not work out again, as in `Api.kept`
    kept: dict[str, Any] = field(init=False, compare=False, repr=False, default_factory=dict)

    @property
    def operations(self) -> tuple[str, ...]:
        """The table's columns, in the order they are written."""
        return tuple(self.cells)

    def cell(self, state: str, operation: str) -> Cell | None:
        """The entry, or None where the operation cannot be asked in that state (a creator elsewhere than `absent`)."""
        return self.cells.get(operation, {}).get(state)
