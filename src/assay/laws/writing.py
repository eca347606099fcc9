"""What a request writes, where a read shows it, and how the two are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.inputs.constraints import is_json, json_content
from assay.inputs.merge import CyclicReferenceError, flatten, inline
from assay.laws.reading import brief, difference, place
from assay.laws.terms import Ground, Seen
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import BodyKind, Case, Payload
from assay.model.contract import Api, Operation
from assay.model.copied import replace
from assay.model.lifecycle import FieldKind, Law, Lifecycle
from assay.model.pointer import escape, unescape
from assay.model.terms import Json, Schema

#: the media type of RFC 7396 §4
MERGE_PATCH = "application/merge-patch+json"
_SENT = "$request.body#"
_SHOWN = "$response.body#"

#: the parameter `fields` of laws about what is written
FIELDS: Schema = {
    "oneOf": [
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"type": "object", "additionalProperties": {"type": "string", "pattern": "^#?(/.*)?$"},
         "minProperties": 1},
    ],
    "description": "The members of a request body that count: a list of names, or a map from each name to the JSON "
    "Pointer where `read` shows it. By default what is an `echo` field of the lifecycle, and what the schemas of "
    "request and answer both have a property for, under the same name.",
}  # fmt: skip


def places(api: Api, cycle: Lifecycle, law: Law, operation: str, read: str) -> dict[str, str]:
    """Member of that operation's request body -> JSON Pointer where the answer of `read` shows it."""
    written = properties(api, _request_schema(api.operation(operation)))
    remembered = dict(_remembered(cycle, read))
    named = law.parameters.get("fields")
    if isinstance(named, Mapping):
        return {name: place(at) for name, at in named.items()}
    if named is not None:
        return {name: remembered.get(name, f"/{escape(name)}") for name in named}
    shown = properties(api, _answer_schema(api.operation(read)))
    alike = {name: f"/{escape(name)}" for name in written if name in shown}
    both = {**alike, **{name: place for name, place in remembered.items() if name in written}}
    return {name: place for name, place in both.items() if not _one_way(written[name])}


def properties(api: Api, schema: Schema | None) -> Mapping[str, Schema]:
    """The properties of an object schema, references followed and `allOf` merged; none for anything else."""
    # with the schema, so that no other one comes to be where it was
    known: dict[int, tuple[Schema | None, Mapping[str, Schema]]] = api.kept.setdefault("properties", {})
    if id(schema) not in known:
        known[id(schema)] = schema, _properties(api, schema)
    return known[id(schema)][1]


def _properties(api: Api, schema: Schema | None) -> Mapping[str, Schema]:
    try:
        flat = flatten(inline(schema, api.resolve)) if schema is not None else {}
    except CyclicReferenceError:
        return {}
    found = flat.get("properties", {}) if isinstance(flat, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def written_schema(api: Api, operation: str, name: str) -> Schema:
    """What the operation's request schema says of that member; an empty schema where it says nothing."""
    schema = properties(api, _request_schema(api.operation(operation))).get(name, {})
    flat = flatten(schema)
    return flat if isinstance(flat, Mapping) else {}


def clients_part(api: Api, schema: Schema, shown: Json) -> Json:
    """What of a shown value such a request could have written: what its schema does not name inside an object is the
    server's, as an id or a time within it is. Where the schema names nothing, all of it is the client's.
    """
    flat = flatten(schema)
    if not isinstance(flat, Mapping):
        return shown
    if isinstance(shown, list):
        return [clients_part(api, flat.get("items", {}), item) for item in shown]
    known = properties(api, flat)
    if not isinstance(shown, Mapping) or not known:
        return shown
    beside = flat.get("additionalProperties", False) is not False
    kept = {name: value for name, value in shown.items() if name in known or beside}
    return {
        name: clients_part(api, known.get(name, {}), value)
        for name, value in kept.items()
        if not _one_way(known.get(name, {}))
    }


def with_body(case: Case, value: Json) -> Case:
    """The case with another JSON body."""
    return replace(case, body=Payload(BodyKind.JSON, value, media_type=case.body.media_type))


def bodies(ground: Ground, operation: str, symbol: str = "i1") -> Iterator[Mapping[str, Json]]:
    """Surely valid object bodies of the operation, the documented ones first, each once."""
    known: list[Json] = []
    made = (ground.body(operation, f"law/{number}") for number in range(6))
    asked = (case.body.value for case in ground.ways(operation, symbol) if case.body.kind is BodyKind.JSON)
    for value in (*asked, *made):
        if isinstance(value, Mapping) and value not in known:
            known.append(value)
            if ground.valid(with_body(ground.ask(operation, symbol), value)):
                yield value


def merges(api: Api, operation: str) -> bool:
    """True when requests of the operation are JSON Merge Patches (RFC 7396), as their media type says."""
    content = json_content(api.operation(operation))
    return content is not None and content.media_type.split(";")[0].strip().lower() == MERGE_PATCH


def named(seen: Seen) -> Mapping[str, Json] | None:
    """The members that a request wrote; None when its body is no object. Merge patches write no nulls (RFC 7396)."""
    if not isinstance(seen.sent, Mapping):
        return None
    media_type = (seen.case.body.media_type or "").split(";")[0].strip().lower()
    return _without_null(seen.sent) if media_type == MERGE_PATCH else seen.sent


def unlike(sent: Json, found: Json, pointer: str) -> tuple[str, str] | None:
    """How what is shown differs from what was sent: place and words. What is shown besides is nobody's business.

    A null that is not shown at all is as good as shown: which of the two, documentations leave open.
    """
    if isinstance(sent, Mapping) and isinstance(found, Mapping):
        inner = (
            unlike(value, found.get(name, UNRESOLVED), f"{pointer}/{escape(name)}")
            for name, value in sent.items()
        )
        return next((difference for difference in inner if difference is not None), None)
    if found is UNRESOLVED:
        return None if sent is None else (pointer, f"{pointer} is not shown, {brief(sent)} was sent")
    if isinstance(sent, Sequence) and isinstance(found, Sequence) and not isinstance(sent, str):
        if isinstance(found, str) or len(sent) != len(found):
            return pointer, f"{pointer} was sent as {brief(sent)} and is {brief(found)}"
        pairs = (
            unlike(one, other, f"{pointer}/{n}")
            for n, (one, other) in enumerate(zip(sent, found, strict=True))
        )
        return next((difference for difference in pairs if difference is not None), None)
    if difference(sent, found) is None:
        return None
    return pointer, f"{pointer} was sent as {brief(sent)} and is {brief(found)}"


def misplaced(sent: Mapping[str, Json], shown: Json, where: Mapping[str, str]) -> tuple[str, str, str] | None:
    """The first member that is not shown as it was sent: its name, the place and words."""
    for name, at in where.items():
        if name in sent and (found := unlike(sent[name], point(shown, at), at)) is not None:
            return name, *found
    return None


def _without_null(value: Mapping[str, Json]) -> Mapping[str, Json]:
    return {
        name: _without_null(item) if isinstance(item, Mapping) else item
        for name, item in value.items()
        if item is not None
    }


def _remembered(cycle: Lifecycle, read: str) -> Iterator[tuple[str, str]]:
    for field in cycle.fields:
        sent, shown = field.sent or "", field.at.get(read, "")
        top = sent.startswith(f"{_SENT}/") and "/" not in sent.removeprefix(f"{_SENT}/")
        if field.kind is FieldKind.ECHO and top and shown.startswith(_SHOWN):
            name = unescape(sent.removeprefix(f"{_SENT}/"))
            yield name, shown.removeprefix(_SHOWN)


def _one_way(schema: Schema) -> bool:
    return isinstance(schema, Mapping) and (schema.get("writeOnly") is True or schema.get("readOnly") is True)


def _request_schema(operation: Operation) -> Schema | None:
    content = json_content(operation)
    return content.schema if content is not None else None


def _answer_schema(operation: Operation) -> Schema | None:
    contents = (c for reply in operation.replies if reply.status[:1] == "2" for c in reply.content)
    return next((content.schema for content in contents if is_json(content.media_type)), None)
