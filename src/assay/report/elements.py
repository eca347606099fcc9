"""What of an operation a test can touch, as plain JSON for a log's header: media types, parameters, body properties.

These are the elements of the coverage criteria of `levels`. A log carries them so that a report needs no contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from assay.inputs.classify import text
from assay.inputs.constraints import is_json
from assay.judge.body import essence
from assay.model.contract import Api, Content, Json, Operation, Parameter, Schema

#: properties of one response that are told, and how deep they lie at most; a list counts as one of the levels
PROPERTIES, DEPTH = 400, 8
#: any item of a list, in the path of a property
ITEM = "*"
_COMBINED = ("allOf", "anyOf", "oneOf")


def elements(api: Api, operation: Operation) -> Mapping[str, object]:
    """`{consumes, produces, parameters: [{in, name, values?}], body, properties: {status: [[name, …], …]}}`.

    `values` are the texts of a boolean's or an enumeration's values, where the schema is one; a list's items count as
    its own. A property is the path of names that leads to it, with `*` for any item of a list.
    """
    return {
        "consumes": _types(operation.body.content if operation.body else ()),
        "produces": _types([content for reply in operation.replies for content in reply.content]),
        "parameters": [_parameter(api, parameter) for parameter in operation.parameters],
        "body": operation.body is not None,
        "properties": {
            reply.status: [list(path) for path in found]
            for reply in operation.replies
            if (found := _properties(api, [c.schema for c in reply.content if is_json(c.media_type)]))
        },
    }


def _types(contents: Iterable[Content]) -> list[str]:
    return list(dict.fromkeys(essence(content.media_type) for content in contents))


def _parameter(api: Api, parameter: Parameter) -> Mapping[str, object]:
    told: dict[str, object] = {"in": parameter.location, "name": parameter.name}
    if values := _values(api, parameter.schema):
        told["values"] = values
    return told


def _values(api: Api, schema: Schema) -> list[str]:
    """The texts of all values, where there are finitely many by an enumeration or the type boolean."""
    if not isinstance(found := api.resolve(schema), Mapping):
        return []
    listed = found.get("enum")
    if isinstance(listed, list):
        return list(dict.fromkeys(text(value) for value in listed if _scalar(value)))
    kinds = found.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "boolean" in kinds:
        return ["true", "false"]
    return _values(api, found["items"]) if "array" in kinds and "items" in found else []


def _scalar(value: Json) -> bool:
    return isinstance(value, (str, int, float))


def _properties(api: Api, schemas: Sequence[Schema]) -> tuple[tuple[str, ...], ...]:
    found = (path for schema in schemas for path in _below(api, schema, ()))
    return tuple(dict.fromkeys(islice(found, PROPERTIES)))


def _below(api: Api, schema: Schema, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The properties of a schema and of those it is combined of. The loader has refused what contains itself."""
    if not isinstance(schema, Mapping) or len(path) >= DEPTH:
        return
    if "$ref" in schema:
        yield from _below(api, api.resolve(schema), path)
    for name, of in (schema.get("properties") or {}).items():
        yield (*path, name)
        yield from _below(api, of, (*path, name))
    yield from _below(api, schema.get("items"), (*path, ITEM))
    for word in _COMBINED:
        for part in schema.get(word) or ():
            yield from _below(api, part, path)
