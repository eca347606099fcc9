"""What a request writes into an instance: whole (`put-replaces`) or in part (`patch-merges`, RFC 7396)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.inputs.validator import Validator
from assay.laws import patch_merges, put_replaces
from assay.laws.reading import writers
from assay.laws.writing import merges, places, properties, written_schema
from assay.machine.expression import UNRESOLVED, point
from assay.mock.patch import merged, put, removed
from assay.model.contract import Api
from assay.model.lifecycle import Law, Lifecycle
from assay.model.terms import Json, Schema


@dataclass(frozen=True, slots=True)
class Write:
    """How one operation writes."""

    #: True where what is left out stays
    partly: bool
    #: member of the request's body -> JSON Pointer into the document
    places: Mapping[str, str]
    #: what a member is that is not there, where that is known
    absent: Mapping[str, Json]

    def written(self, document: Json, body: Json) -> Json:
        """The document once `body` was written into it; as it is when the body is no object."""
        if not isinstance(body, Mapping):
            return document
        for name, place in self.places.items():
            if name in body:
                document = self._set(document, name, place, body[name])
            elif not self.partly:
                document = self._drop(document, name, place)
        return document

    def _set(self, document: Json, name: str, place: str, value: Json) -> Json:
        if not self.partly:
            return put(document, place, value)
        if value is None:
            return self._drop(document, name, place)
        before = point(document, place)
        return put(document, place, merged(None if before is UNRESOLVED else before, value))

    def _drop(self, document: Json, name: str, place: str) -> Json:
        if name in self.absent:
            return put(document, place, self.absent[name])
        return removed(document, place)


def writes(api: Api, cycle: Lifecycle, read: str, shown: Schema) -> dict[str, Write]:
    """How the operations write of which a law of the lifecycle says so.

    `read` is the operation that shows an instance, `shown` the schema of what it shows.
    """
    found: dict[str, Write] = {}
    for law in cycle.laws:
        if law.name not in {put_replaces.NAME, patch_merges.NAME}:
            continue
        partly = law.name == patch_merges.NAME
        operation = _operation(api, cycle, law, partly=partly)
        if operation is not None:
            where = places(api, cycle, law, operation, read)
            found[operation] = Write(partly, where, _absent(api, law, operation, where, shown))
    return found


def _operation(api: Api, cycle: Lifecycle, law: Law, *, partly: bool) -> str | None:
    named = law.parameters.get("operation")
    if isinstance(named, str):
        return named
    changing = writers(api, cycle)
    if partly:
        return next((o for o in changing if merges(api, o)), None)
    return next((o for o in changing if api.operation(o).method == "put"), None)


def _absent(api: Api, law: Law, operation: str, where: Mapping[str, str], shown: Schema) -> dict[str, Json]:
    """What the law says of members left out, else the request schema's default, else null where that may be shown."""
    known: dict[str, Json] = {}
    members = properties(api, shown)
    for name, place in where.items():
        schema = written_schema(api, operation, name)
        if name in law.parameters.get("absent", {}):
            known[name] = law.parameters["absent"][name]
        elif law.name == put_replaces.NAME and isinstance(schema, Mapping) and "default" in schema:
            known[name] = schema["default"]
        elif Validator(members.get(place.removeprefix("/"), True), api.components).accepts(None):
            known[name] = None
    return known
