"""What instances hold of something elsewhere (`conserved`): what is left falls and rises with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assay.laws import conserved
from assay.laws.reading import difference, place
from assay.machine.expression import UNRESOLVED, InstanceFacts, RequestFacts, Scope, point
from assay.mock.following import Following
from assay.mock.found import finder
from assay.mock.patch import put
from assay.mock.world import Instance, Key
from assay.model.contract import Api
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Json


@dataclass(frozen=True, slots=True)
class Held:
    """A number that one operation shows, less what instances hold of it."""

    read: str
    pointer: str
    #: parameter of the operation -> place and value: a literal, or an expression over the instance
    places: Mapping[str, tuple[str, Json]]
    amount: Json
    states: frozenset[str]
    #: what is left never falls below it
    least: float

    def left(self, body: Json, taken: float) -> Json:
        """`body`, which shows the number as if nobody held anything, with what is left."""
        whole: Json = point(body, self.pointer)
        return put(body, self.pointer, whole - taken) if _is_number(whole) else body

    def enough(self, whole: Json, instance: Instance, taken: float) -> bool:
        """True when what is left does not fall below the least once the instance holds its amount as well."""
        return not _is_number(whole) or bool(whole - taken - self.amount_of(instance) >= self.least)

    def kind(self, instance: Instance) -> list[Json]:
        """What kind of thing the instance holds."""
        return [_value(wanted, instance) for _, wanted in self.places.values()]

    def asked_for(self, request: RequestFacts, kind: Sequence[Json]) -> bool:
        """True when the request asks for that kind of thing."""
        sent = {"path": request.path, "query": request.query}
        return all(
            name in sent[where] and difference(value, sent[where][name]) is None
            for (name, (where, _)), value in zip(self.places.items(), kind, strict=True)
        )

    def amount_of(self, instance: Instance) -> float:
        """How much of it the instance holds, where it holds any."""
        found: Json = _value(self.amount, instance)
        return found if _is_number(found) else 0


class Holdings(Following):
    """What all instances together hold, by kind."""

    def __init__(self, api: str, cycle: str, one: Held) -> None:
        super().__init__(api, cycle)
        self._held = one
        self._clear()

    def of(self, instances: Iterable[tuple[Key, Instance]]) -> Holdings:
        """What these alone hold."""
        alone = Holdings(*self._whole, self._held)
        for key, instance in instances:
            alone._enter(key, instance)
        return alone

    def taken(self, counts: Callable[[Sequence[Json]], bool], but: Key | None = None) -> float:
        """How much is held of the kinds that count, not counting that of one instance."""
        taken: float = 0
        for kind, amounts, total in self._kinds.values():
            if counts(kind):
                taken += sum(amounts.values()) if self._loose else total
                taken -= amounts.get(but, 0) if but is not None else 0
        return taken

    def _clear(self) -> None:
        self._kinds: dict[str, tuple[list[Json], dict[Key, float], float]] = {}
        self._where: dict[Key, str] = {}
        #: True when some amount is no whole number: taking it away again would not leave what was there
        self._loose = False

    def _leave(self, key: Key) -> None:
        where = self._where.pop(key, None)
        if where is not None:
            kind, amounts, total = self._kinds[where]
            self._kinds[where] = kind, amounts, total - amounts.pop(key)

    def _enter(self, key: Key, instance: Instance) -> None:
        if instance.state not in self._held.states:
            return
        kind, amount = self._held.kind(instance), self._held.amount_of(instance)
        self._loose = self._loose or not isinstance(amount, int)
        where = self._where[key] = repr(kind)
        kind, amounts, total = self._kinds.get(where, (kind, {}, 0))
        amounts[key] = amount
        self._kinds[where] = kind, amounts, total + amount


def held(api: Api, cycle: Lifecycle) -> tuple[Held, ...]:
    """What the lifecycle's laws say that its instances hold."""
    return tuple(_held(api, law) for law in cycle.laws if law.name == conserved.NAME)


def _held(api: Api, law: Law) -> Held:
    given = law.parameters
    read = api.operation(given["read"])
    where = {p.name: p.location for p in read.parameters if p.location in {"path", "query"}}
    places = {name: (where[name], value) for name, value in given.get("with", {}).items() if name in where}
    return Held(read.id, place(given["at"]), places, given.get("amount", 1), frozenset(given["states"]),
                given.get("least", 0))  # fmt: skip


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _value(expression: Json, instance: Instance) -> Json:
    if not isinstance(expression, str):
        return expression
    found = finder(expression)(Scope(instance=InstanceFacts(instance.id, instance.values)))
    return None if found is UNRESOLVED else found
