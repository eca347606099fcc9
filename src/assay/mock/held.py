"""What instances hold of something elsewhere (`conserved`): what is left falls and rises with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.laws import conserved
from assay.laws.reading import difference, place
from assay.machine.expression import UNRESOLVED, InstanceFacts, RequestFacts, Scope, evaluate, point
from assay.mock.patch import put
from assay.mock.world import Instance
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

    def left(self, body: Json, request: RequestFacts, instances: Iterable[Instance]) -> Json:
        """`body`, which shows the number as if nobody held anything, with what is left."""
        whole: Json = point(body, self.pointer)
        if not _is_number(whole):
            return body
        taken = sum(
            self._amount(one) for one in instances if one.state in self.states and self._counts(one, request)
        )
        return put(body, self.pointer, whole - taken)

    def enough(self, whole: Json, instance: Instance, instances: Iterable[Instance]) -> bool:
        """True when what is left does not fall below the least once the instance holds its amount as well."""
        if not _is_number(whole):
            return True
        kind = [_value(wanted, instance) for _, wanted in self.places.values()]
        others = (
            one
            for one in instances
            if one.state in self.states
            and one.id != instance.id
            and [_value(wanted, one) for _, wanted in self.places.values()] == kind
        )
        return bool(whole - sum(map(self._amount, others)) - self._amount(instance) >= self.least)

    def _counts(self, instance: Instance, request: RequestFacts) -> bool:
        """True when the request asks for the kind of thing that the instance holds."""
        sent = {"path": request.path, "query": request.query}
        return all(
            name in sent[where] and difference(_value(wanted, instance), sent[where][name]) is None
            for name, (where, wanted) in self.places.items()
        )

    def _amount(self, instance: Instance) -> float:
        found: Json = _value(self.amount, instance)
        return found if _is_number(found) else 0


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
    found = evaluate(expression, Scope(instance=InstanceFacts(instance.id, instance.values)))
    return None if found is UNRESOLVED else found
