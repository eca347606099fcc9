"""What rules ask of schemas without asking a validator: where statements about one place meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from assay.model.contract import Api, Json, Schema

#: say nothing about which values fit (JSON Schema 2020-12, validation §9; core §8.3); so does whatever begins with `x-`
ANNOTATIONS: Final = frozenset(
    ("$comment", "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "example",
     "externalDocs", "xml", "discriminator", "$defs", "contentEncoding", "contentMediaType", "contentSchema"),
)  # fmt: skip
#: JSON's types (JSON Schema 2020-12, core §4.2.1); `integer` are the numbers without a fraction
TYPES: Final = frozenset({"null", "boolean", "object", "array", "number", "string"})

_DEEPEST = 40


def types(schema: Json) -> frozenset[str] | None:
    """The types that `type` allows; None where it does not say."""
    told = schema.get("type") if isinstance(schema, Mapping) else None
    if told is None:
        return None
    return frozenset([told] if isinstance(told, str) else told)


def accepts_all(schema: Schema, api: Api, depth: int = 0) -> bool:
    """True when every JSON value surely fits. A schema about which that cannot be seen at once does not count."""
    if isinstance(schema, bool) or depth > _DEEPEST:
        return schema is True
    if not isinstance(schema, Mapping):
        return False
    below = depth + 1
    return all(_says_nothing(keyword, value, api, below) for keyword, value in schema.items())


def _says_nothing(keyword: str, value: Json, api: Api, depth: int) -> bool:
    if keyword in ANNOTATIONS or keyword.startswith("x-"):
        return True
    match keyword:
        case "$ref":
            return accepts_all(api.resolve({"$ref": value}), api, depth)
        case "properties" | "patternProperties" | "dependentSchemas":
            return all(accepts_all(one, api, depth) for one in value.values())
        case (
            "items" | "additionalProperties" | "propertyNames" | "unevaluatedItems" | "unevaluatedProperties"
        ):
            return accepts_all(value, api, depth)
        case "allOf" | "prefixItems":
            return all(accepts_all(one, api, depth) for one in value)
        case "anyOf":
            return any(accepts_all(one, api, depth) for one in value)
        case "required" | "dependentRequired":
            return not value
        case "type":
            return (types({"type": value}) or frozenset()) >= TYPES
        case _:
            return False


def statements(schema: Schema, api: Api) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json]]]:
    """What the schema says of the whole value and of members of members, where it says so whatever else holds.

    Alternatives and conditions are left out: what they say holds only sometimes.
    """
    stack: list[tuple[tuple[str, ...], Json, int]] = [((), schema, 0)]
    while stack:
        path, node, depth = stack.pop()
        if not isinstance(node, Mapping) or depth > _DEEPEST:
            continue
        if isinstance(node.get("$ref"), str):
            stack.append((path, api.resolve({"$ref": node["$ref"]}), depth + 1))
        yield path, node
        named = node.get("properties")
        if isinstance(named, Mapping):
            stack.extend(((*path, name), inner, depth + 1) for name, inner in named.items())
        if isinstance(node.get("allOf"), list):
            stack.extend((path, inner, depth + 1) for inner in node["allOf"])


def at(path: tuple[str, ...]) -> str:
    """A path into a body, for messages."""
    return "/".join(("", *path)) if path else "the body"
