"""Possible worlds of one instance: what the table lets each answer of a history make of a state and remembered values.

An answer is possible in a world when the state's cell allows it, when it shows what the world remembers, and when it
keeps the operation's promises about the instance. Where the documentation is silent everything is possible, and
afterwards nothing is remembered. What is documented less firmly than a given strength counts as silent: a failure must
not rest on less than the promise it is said to break.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.inputs.classify import lenient_readings, text_readings
from assay.machine.effects import applied, derived, looks_at
from assay.machine.expression import (
    UNRESOLVED,
    InstanceFacts,
    RuleError,
    Scope,
    compile_rule,
    evaluate,
    filled_in,
)
from assay.machine.predicate import Predicate, compiled
from assay.machine.step import Machine, Taken
from assay.model.contract import Api, Promise
from assay.model.copied import replace
from assay.model.equality import same
from assay.model.lifecycle import ABSENT, Cell, FieldKind, Lifecycle, Transition
from assay.model.terms import Json, Strength

#: where the remembered values keep an id that is a number in bodies
_ID = "id"
_FIRMNESS = tuple(Strength)


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation on the instance and its answer, if one came."""

    operation: str
    #: None when no complete answer came
    status: int | None
    #: parsed JSON; None for null or no body, `MISSING` when it is no JSON
    body: Json
    #: of the request and its response; the instance in it is disregarded
    scope: Scope


@dataclass(frozen=True, slots=True)
class World:
    """One way in which things may stand."""

    state: str
    values: Mapping[str, Json]


class Worlds:
    """The worlds of one instance in a history, numbered as they turn up, for `linearize`."""

    def __init__(self, api: Api, cycle: Lifecycle, instance: str | None, strength: Strength) -> None:
        """`strength` is the weakest that counts as documented here."""
        firm = _firm(cycle, strength)
        self._cycle, self._instance = firm, instance
        self._api, self._strength = api, strength
        bodies = [
            way.body for row in firm.cells.values() for cell in row.values() for way in cell.transitions
        ]
        self._machine = Machine(firm, self._components(bodies))
        leads = {t.to for row in firm.cells.values() for cell in row.values() for t in cell.transitions}
        self._anywhere = [s.name for s in firm.states if s.name != ABSENT or ABSENT in leads]
        self._derives = any(field.kind is FieldKind.DERIVED for field in firm.fields)
        self._promises: dict[str, tuple[Promise, ...]] = {}
        self._predicates: dict[str, Predicate] = {}
        #: ways whose effects look at the exchange alone
        self._timeless: dict[int, bool] = {}
        #: such a way and the exchange -> what it sets; the scope is kept lest another come to lie where it was
        self._effects: dict[tuple[int, int, int], tuple[dict[str, Json], Scope]] = {}
        #: exchange and state -> what the table says of it
        self._rulings: dict[tuple[int, str], tuple[Taken, Scope]] = {}
        self._rigid: dict[str, bool] = {}
        self._fields: dict[int, tuple[dict[str, Json], Scope]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._worlds: list[World] = []

    def number(self, state: str, values: Mapping[str, Json]) -> int:
        """The number of that world: equal worlds have one number."""
        key = (state, _canonical(dict(values)))
        if key not in self._numbers:
            self._numbers[key] = len(self._worlds)
            self._worlds.append(World(state, dict(values)))
        return self._numbers[key]

    def __getitem__(self, number: int) -> World:
        return self._worlds[number]

    def after(self, asked: Asked, number: int) -> Iterable[int]:
        """The worlds that this answer leaves of a world; none when it is not possible there."""
        if asked.status is None:
            return self.lost(asked, number)
        world = self._worlds[number]
        if self._cycle.cell(world.state, asked.operation) is None:
            return (number,)  # the table does not speak of it: a list, say
        scope = self._scope(asked.scope, world)
        taken = self._taken(asked, world, scope)
        if taken.silent:
            return [self.number(state, self._forgotten(world)) for state in sorted(taken.states)]
        if not (taken.fits or taken.pending):
            return ()
        values = self._shown(asked, taken, world, scope)
        if values is None or not self._keeps_promises(asked, scope):
            return ()
        values = self._set(values, taken.ways, scope)
        return [self.number(state, values) for state in sorted(taken.states)]

    def lost(self, asked: Asked, number: int) -> Iterable[int]:
        """The worlds that the operation may leave of a world when nobody knows its answer, or whether it arrived."""
        world = self._worlds[number]
        cell = self._cycle.cell(world.state, asked.operation)
        if cell is None:
            return (number,)
        if cell.silent:
            return [number, *(self.number(state, self._forgotten(world)) for state in self._anywhere)]
        scope = replace(self._scope(asked.scope, world), response=None)
        ways = [way for way in cell.transitions if _may_apply(way, scope)]
        made = [self.number(way.to or world.state, self._set(world.values, (way,), scope)) for way in ways]
        return [number, *made]

    def _taken(self, asked: Asked, world: World, scope: Scope) -> Taken:
        """What the table says, once for all worlds where it looks at nothing but the state."""
        key = (id(asked.scope), world.state)
        known = self._rulings.get(key)
        if known is not None:
            return known[0]
        states = frozenset({world.state})
        taken = self._machine.step(states, asked.operation, asked.status or 0, asked.body, scope)
        if self._looks_at_state_alone(asked.operation):
            self._rulings[key] = taken, asked.scope
        return taken

    def _looks_at_state_alone(self, operation: str) -> bool:
        if operation not in self._rigid:
            row = self._cycle.cells.get(operation, {})
            told = str([(way.when, way.body) for cell in row.values() for way in cell.transitions])
            # the id is the same in all worlds
            self._rigid[operation] = "instance" not in told.replace("$instance.id", "")
        return self._rigid[operation]

    def _scope(self, scope: Scope, world: World) -> Scope:
        named = world.values.get(_ID, self._instance)
        return replace(scope, instance=InstanceFacts(named, world.values))

    def _forgotten(self, world: World) -> dict[str, Json]:
        return {name: value for name, value in world.values.items() if name == _ID}

    def _shown(self, asked: Asked, taken: Taken, world: World, scope: Scope) -> dict[str, Json] | None:
        """What is remembered once the answer was read; None when it shows something else than is remembered."""
        values = dict(world.values)
        for name in taken.unsure:
            values.pop(name, None)
        if not (asked.status is not None and 200 <= asked.status < 300):
            return values
        changed = {name for way in taken.ways for name in way.set}
        # what follows from a changed value may be shown as it was before, or as it is now
        changed |= {f.name for f in self._cycle.fields if f.rule is not None and looks_at(f.rule, changed)}
        for name, found in self._read(asked, scope).items():
            if name in changed:
                continue
            if name not in values:
                values[name] = found
            elif not same(found, values[name]):
                return None
        return values

    def _read(self, asked: Asked, scope: Scope) -> Mapping[str, Json]:
        """The fields that the answer shows: the same in every world, as they are found in the exchange alone."""
        key = id(asked.scope)
        if key not in self._fields:
            shown = {
                field.name: evaluate(field.at[asked.operation], scope)
                for field in self._cycle.fields
                if field.kind is not FieldKind.VOLATILE and asked.operation in field.at
            }
            told = {name: value for name, value in shown.items() if value is not UNRESOLVED}
            self._fields[key] = told, asked.scope
        return self._fields[key][0]

    def _set(self, values: Mapping[str, Json], ways: tuple[Transition, ...], scope: Scope) -> dict[str, Json]:
        """The values after one of these ways was taken; forgotten where it is unclear which, and what it set."""
        if len(ways) == 1:
            after = self._applied(ways[0], values, scope)
        else:
            changed = {name for way in ways for name in way.set}
            after = {name: value for name, value in values.items() if name not in changed}
        if not self._derives:
            return after
        return derived(self._cycle.fields, after, scope.instance.id if scope.instance else None)

    def _applied(self, way: Transition, values: Mapping[str, Json], scope: Scope) -> dict[str, Json]:
        if id(way) not in self._timeless:
            self._timeless[id(way)] = "instance" not in json.dumps(dict(way.set), default=str)
        if not self._timeless[id(way)]:
            return applied(way.set, values, scope)
        key = (id(way), id(scope.request), id(scope.response))
        if key not in self._effects:  # the same in every world
            self._effects[key] = applied(way.set, {}, scope), scope
        kept = {name: value for name, value in values.items() if name not in way.set}
        return {**kept, **self._effects[key][0]}

    def _keeps_promises(self, asked: Asked, scope: Scope) -> bool:
        if asked.operation not in self._promises:
            self._promises[asked.operation] = self._about_instances(asked.operation)
        spoken = (p for p in self._promises[asked.operation] if p.speaks_of(asked.status or 0))
        try:
            return all(self._keeps(promise, f"{asked.operation}/{promise.id}", scope) for promise in spoken)
        except RuleError:
            return True  # it cannot be told

    def _keeps(self, promise: Promise, name: str, scope: Scope) -> bool:
        response = scope.response
        if response is None:
            return True
        if promise.body is not None:
            if name not in self._predicates:
                self._predicates[name] = Predicate(promise.body, self._components(promise.body))
            if next(self._predicates[name].mismatches(response.body, scope), None) is not None:
                return False
        for header, schema in promise.headers.items():
            wanted, value = filled_in(schema, scope), response.headers.get(header.lower())
            if wanted is UNRESOLVED or value is None:
                continue
            allowed = compiled(wanted, self._components(wanted))
            if not any(allowed.accepts(r) for r in (*text_readings(value), *lenient_readings(value))):
                return False
        return promise.rule is None or compile_rule(promise.rule)(scope)

    def _about_instances(self, operation: str) -> tuple[Promise, ...]:
        """The promises whose answer depends on the world, the cheapest first; the judge has looked at the others."""
        found = [
            promise
            for promise in self._api.operation(operation).promises
            if _at_least(promise.strength, self._strength)
            and "instance" in f"{promise.body} {dict(promise.headers)} {promise.rule}"
        ]
        return tuple(sorted(found, key=lambda promise: len(promise.rule or "")))

    def _components(self, schema: Json) -> Mapping[str, Json]:
        """What the schema may refer to: compiling it anew is ten times slower with components beside."""
        return self._api.components if "$ref" in str(schema) else {}


def _firm(cycle: Lifecycle, strength: Strength) -> Lifecycle:
    """The table with everything that is documented less firmly left out: such cells are silent."""

    def entry(cell: Cell) -> Cell:
        if _at_least(cell.strength, strength):
            return cell
        return replace(cell, transitions=(), silent=True)

    cells = {name: {state: entry(cell) for state, cell in row.items()} for name, row in cycle.cells.items()}
    fields = tuple(field for field in cycle.fields if _at_least(field.strength, strength))
    return replace(cycle, cells=cells, fields=fields)


def _at_least(one: Strength, other: Strength) -> bool:
    return one is not Strength.SILENT and _FIRMNESS.index(one) <= _FIRMNESS.index(other)


def _may_apply(way: Transition, scope: Scope) -> bool:
    try:
        return way.when is None or compile_rule(way.when)(scope)
    except RuleError:
        return True


def _canonical(value: Json) -> str:
    """One text for equal JSON values."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def _plain(value: Json) -> Json:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
