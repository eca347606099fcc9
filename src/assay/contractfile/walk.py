"""The OpenAPI parts of a document: where its schemas, references and examples are.

Only these places are walked. A member called `$ref` inside an example, a `const` or a request body is data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from assay.model.contract import Json
from assay.model.pointer import escape

_ONE: Final = (
    "additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema", "x-known-good",
)  # fmt: skip
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED: Final = ("properties", "patternProperties", "dependentSchemas", "$defs")
_STATUS: Final = re.compile(r"[1-5]([0-9][0-9]|XX)|default")
_HOLDERS: Final = frozenset((*_ONE, *_LISTS, *_NAMED))


class PartKind(StrEnum):
    """Which OpenAPI object a part is; the value is its section of the Components Object."""

    SCHEMA = "schemas"
    #: a schema whose values may be runtime expressions
    EXPRESSION = "expressions"
    PARAMETER = "parameters"
    RESPONSE = "responses"
    REQUEST_BODY = "requestBodies"
    HEADER = "headers"
    EXAMPLE = "examples"
    LINK = "links"


class Part(NamedTuple):
    """One OpenAPI object of a document."""

    kind: PartKind
    pointer: str
    value: Json


def subschemas(schema: Json, pointer: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The schema and every schema inside it, booleans left out, each with its pointer."""
    stack = [(pointer, schema)]
    while stack:
        at, node = stack.pop()
        if not isinstance(node, Mapping):
            continue
        yield at, node
        for key in node.keys() & _HOLDERS:
            inner, here = node[key], f"{at}/{escape(key)}"
            if key in _ONE:
                stack.append((here, inner))
            elif key in _LISTS and isinstance(inner, list):
                stack.extend((f"{here}/{index}", item) for index, item in enumerate(inner))
            elif key in _NAMED and isinstance(inner, Mapping):
                stack.extend((f"{here}/{escape(name)}", item) for name, item in inner.items())


def parts_of_contract(document: Mapping[str, Json]) -> Iterator[Part]:
    """The OpenAPI objects of an endpoint file."""
    for index, parameter in enumerate(document.get("parameters", ())):
        yield from _parameter(parameter, f"/parameters/{index}")
    if "requestBody" in document:
        yield from _body(document["requestBody"], "/requestBody")
    for status, response in document.get("responses", {}).items():
        if _STATUS.fullmatch(status):
            yield from _response(response, f"/responses/{escape(status)}")
    for index, promise in enumerate(document.get("promises", ())):
        at = f"/promises/{index}"
        if "body" in promise:
            yield Part(PartKind.EXPRESSION, f"{at}/body", promise["body"])
        for name, schema in promise.get("headers", {}).items():
            yield Part(PartKind.EXPRESSION, f"{at}/headers/{escape(name)}", schema)


def parts_of_api(document: Mapping[str, Json]) -> Iterator[Part]:
    """The OpenAPI objects of an `api.yaml`."""
    sections: dict[str, Callable[[Json, str], Iterator[Part]]] = {
        "schemas": _schema, "parameters": _parameter, "responses": _response, "requestBodies": _body,
        "headers": _header, "examples": _example, "links": _link,
    }  # fmt: skip
    components = document.get("components", {})
    for section, walk in sections.items():
        for name, value in components.get(section, {}).items():
            yield from walk(value, f"/components/{section}/{escape(name)}")


def parts_of_lifecycle(document: Mapping[str, Json]) -> Iterator[Part]:
    """The schemas in the cells of a lifecycle file."""
    for operation, row in document.get("cells", {}).items():
        for state, cell in row.items():
            at = f"/cells/{escape(operation)}/{escape(state)}"
            late = cell.get("eventually") if isinstance(cell, Mapping) else None
            if isinstance(late, Mapping):
                yield from _answers(late, f"{at}/eventually")
                yield from _answers(late.get("meanwhile"), f"{at}/eventually/meanwhile")
            else:
                yield from _answers(cell, at)


def _answers(value: Json, at: str) -> Iterator[Part]:
    """The bodies of one way of answering, or of a list of them."""
    ways = [(f"{at}/{i}", way) for i, way in enumerate(value)] if isinstance(value, list) else [(at, value)]
    for pointer, way in ways:
        if isinstance(way, Mapping) and isinstance(way.get("body"), Mapping | bool):
            yield Part(PartKind.EXPRESSION, f"{pointer}/body", way["body"])


def _schema(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.SCHEMA, at, value)


def _example(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.EXAMPLE, at, value)


def _link(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.LINK, at, value)


def _parameter(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.PARAMETER, at, value)
    yield from _inside(value, at)


def _header(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.HEADER, at, value)
    yield from _inside(value, at)


def _inside(value: Json, at: str) -> Iterator[Part]:
    """What parameters, headers and media types have in common: a schema and examples."""
    if "$ref" in value:
        return
    if "schema" in value:
        yield Part(PartKind.SCHEMA, f"{at}/schema", value["schema"])
    for name, example in value.get("examples", {}).items():
        yield Part(PartKind.EXAMPLE, f"{at}/examples/{escape(name)}", example)


def _content(value: Json, at: str) -> Iterator[Part]:
    for media_type, content in value.get("content", {}).items():
        yield from _inside(content, f"{at}/content/{escape(media_type)}")


def _body(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.REQUEST_BODY, at, value)
    if "$ref" in value:
        return
    yield from _content(value, at)


def _response(value: Json, at: str) -> Iterator[Part]:
    yield Part(PartKind.RESPONSE, at, value)
    if "$ref" in value:
        return
    for name, header in value.get("headers", {}).items():
        yield from _header(header, f"{at}/headers/{escape(name)}")
    yield from _content(value, at)
    for name, link in value.get("links", {}).items():
        yield Part(PartKind.LINK, f"{at}/links/{escape(name)}", link)


def counted(value: Json) -> int:
    """How many values a document or a part of it has, itself included. Without recursion, for it may be deep."""
    total, stack = 0, [value]
    while stack:
        node = stack.pop()
        total += 1
        if isinstance(node, Mapping):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return total
