"""What the contracts document of answers, for a log's header: media types, and the fields of JSON bodies.

Fields are named by templates of JSON Pointers (RFC 6901): `/items/*/id` is `id` of every item of a list, `/labels/{}`
what stands under any name where a schema describes the members of a map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay.inputs.constraints import is_ignored, is_json
from assay.model.contract import Api, Content, Operation, Schema
from assay.model.pointer import escape

#: fields of one reply that are listed, how deep they may lie, and values of one enum
FIELDS, DEPTH, VALUES = 200, 8, 40
ITEM, MEMBER = "*", "{}"
#: what a request's body is called among its parameters
BODY = "body"
#: keywords whose branches all say which fields there may be
_BRANCHES = ("allOf", "oneOf", "anyOf")


def replies(api: Api, operation: Operation) -> Mapping[str, object]:
    """By status as the contract writes it: {media: [type], fields: {pointer: {type, enum}}}; plain JSON types."""
    return {
        reply.status: {
            "media": [content.media_type for content in reply.content],
            "fields": fields(api, reply.content),
        }
        for reply in operation.replies
    }


def asks(api: Api, operation: Operation) -> Mapping[str, object]:
    """What a request may have: {parameters: {location/name: [listed values]}, media: [type], values: {pointer: […]}}.

    Listed are the values of an `enum`, and both of a boolean. Names of header fields are in lower case.
    """
    content = operation.body.content if operation.body is not None else ()
    return {
        "parameters": {
            f"{p.location}/{p.name.lower() if p.location == 'header' else p.name}": _listed(
                api.resolve(p.schema)
            )
            for p in operation.parameters
            if not is_ignored(p)
        },
        "media": [one.media_type.partition(";")[0].strip() for one in content],
        "values": {
            pointer: listed
            for one in content
            if is_json(one.media_type)
            for pointer, schema in _walk(api, one.schema, "", 0)
            if pointer and (listed := _listed(schema))
        },
    }


def _listed(schema: Schema) -> list[object]:
    if not isinstance(schema, Mapping):
        return []
    values = schema.get("enum")
    if isinstance(values, list):
        return [value for value in values[:VALUES] if not isinstance(value, list | dict)]
    return [False, True] if schema.get("type") == "boolean" else []


def fields(api: Api, contents: tuple[Content, ...]) -> Mapping[str, Mapping[str, object]]:
    """The documented fields of the JSON bodies among them, by pointer; of a schema that many share, worked out once."""
    only = contents[0] if len(contents) == 1 and is_json(contents[0].media_type) else None
    if only is None or not isinstance(only.schema, Mapping) or set(only.schema) != {"$ref"}:
        return _fields(api, contents)
    key = f"documented fields of {only.schema['$ref']}"
    if key not in api.kept:
        api.kept[key] = _fields(api, contents)
    known: Mapping[str, Mapping[str, object]] = api.kept[key]
    return known


def _fields(api: Api, contents: tuple[Content, ...]) -> Mapping[str, Mapping[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for content in contents:
        if is_json(content.media_type):
            for pointer, schema in _walk(api, content.schema, "", 0):
                if pointer and (pointer in found or len(found) < FIELDS):
                    _learn(found.setdefault(pointer, {}), schema)
    return found


def _learn(known: dict[str, object], schema: Mapping[str, object]) -> None:
    kind = schema.get("type")
    if kind is not None:
        known.setdefault("type", kind if isinstance(kind, str) else " or ".join(map(str, _list(kind))))
    values = schema.get("enum")
    if isinstance(values, list) and "enum" not in known:
        known["enum"] = values[:VALUES]


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _walk(api: Api, schema: Schema, at: str, depth: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every field, each branch of a schema's; the loader has refused references that lead back to themselves."""
    rest = (
        {key: value for key, value in schema.items() if key != "$ref"} if isinstance(schema, Mapping) else {}
    )
    if isinstance(schema, Mapping) and "$ref" in schema:
        yield from _walk(api, api.resolve({"$ref": schema["$ref"]}), at, depth)
    yield at, rest
    if depth >= DEPTH:
        return
    properties = rest.get("properties")
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        yield from _walk(api, value, f"{at}/{escape(name)}", depth + 1)
    if isinstance(items := rest.get("items"), Mapping):
        yield from _walk(api, items, f"{at}/{ITEM}", depth + 1)
    more = rest.get("additionalProperties")
    if isinstance(more, Mapping) or more is True:
        yield from _walk(api, more, f"{at}/{MEMBER}", depth + 1)
    for keyword in _BRANCHES:
        for branch in rest.get(keyword) or ():
            yield from _walk(api, branch, at, depth)
