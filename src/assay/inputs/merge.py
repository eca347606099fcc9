"""JSON Schemas made one: references followed, `allOf` merged.

Merging is for those who *generate*: what cannot be merged stays in `allOf`, where a validator still sees it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from assay.model.terms import Json, Schema

_SCHEMAS = ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames",
            "unevaluatedProperties", "unevaluatedItems")  # fmt: skip
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
_LARGER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_SMALLER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
#: words that do not constrain: the first one said stays
_REMARKS = frozenset({"title", "description", "default", "example", "examples", "deprecated", "readOnly",
                      "writeOnly", "$comment", "externalDocs", "xml", "$id", "$schema"})  # fmt: skip


class CyclicReferenceError(ValueError):
    """A schema refers to itself, so it cannot be written out."""


def inline(schema: Schema, resolve: Callable[[Schema], Schema], _seen: tuple[str, ...] = ()) -> Schema:
    """`schema` with every `$ref` replaced by what it refers to (siblings stay: JSON Schema core §8.2.3.1).

    Raises `CyclicReferenceError`.
    """
    if not isinstance(schema, Mapping):
        return schema
    if isinstance(reference := schema.get("$ref"), str):
        if reference in _seen:
            raise CyclicReferenceError(f"{reference} refers to itself")
        target = inline(resolve({"$ref": reference}), resolve, (*_seen, reference))
        rest = inline({key: value for key, value in schema.items() if key != "$ref"}, resolve, _seen)
        return {"allOf": [target, rest]} if rest else target
    result = dict(schema)
    for key in _SCHEMAS:
        if key in result and isinstance(result[key], Mapping):
            result[key] = inline(result[key], resolve, _seen)
    for key in _SCHEMA_LISTS:
        if key in result:
            result[key] = [inline(branch, resolve, _seen) for branch in result[key]]
    for key in _SCHEMA_MAPS:
        if key in result:
            result[key] = {name: inline(value, resolve, _seen) for name, value in result[key].items()}
    return result


def merge_all(schemas: Iterable[Schema]) -> Schema:
    """One schema that says what all of `schemas` say (`allOf` inside them is merged too). No `$ref`s."""
    return reduce(_merge, (flatten(schema) for schema in schemas), {})


def flatten(schema: Schema) -> Schema:
    """`schema` with its own `allOf` merged into it."""
    if schema is True:
        return {}
    if not isinstance(schema, Mapping) or "allOf" not in schema:
        return schema
    rest = {key: value for key, value in schema.items() if key != "allOf"}
    return merge_all([rest, *schema["allOf"]])


def _merge(one: Schema, other: Schema) -> Schema:
    if one is False or other is False:
        return False
    one, other = _closed(one, other), _closed(other, one)
    result: dict[str, Json] = dict(one)
    stubborn: dict[str, Json] = {}
    for key, value in other.items():
        if key not in result or result[key] == value:
            result[key] = value
        elif key in _COMBINE:
            result[key] = _COMBINE[key](result[key], value)
        elif key not in _REMARKS and not key.startswith("x-"):
            stubborn[key] = value
    if result.get("type") == []:  # no value is of both types, and no JSON Schema has an empty list of them
        return False
    if stubborn:
        result["allOf"] = [*result.get("allOf", []), stubborn]
    return result


def _closed(schema: Schema, other: Schema) -> dict[str, Json]:
    """`schema` with what its `additionalProperties` says about the properties that only `other` names."""
    rest = schema.get("additionalProperties", True)
    new = [n for n in other.get("properties", {}) if n not in schema.get("properties", {})]
    if rest is True or not new or "patternProperties" in schema:
        return dict(schema)
    return {**schema, "properties": {**schema.get("properties", {}), **dict.fromkeys(new, rest)}}


def _types(one: Json, other: Json) -> Json:
    left, right = ([kinds] if isinstance(kinds, str) else list(kinds) for kinds in (one, other))
    both = [kind for kind in left if kind in right or (kind == "integer" and "number" in right)]
    both += [kind for kind in right if kind == "integer" and "number" in left and kind not in both]
    return both[0] if len(both) == 1 else both


def _enums(one: Json, other: Json) -> Json:
    return [value for value in one if value in other]


def _multiples(one: Json, other: Json) -> Json:
    if isinstance(one, int) and isinstance(other, int):
        return math.lcm(one, other)
    return max(one, other)  # a guess; the validator has the last word


def _maps(one: Json, other: Json) -> Json:
    both = {name: merge_all([value, other[name]]) if name in other else value for name, value in one.items()}
    return {**both, **{name: value for name, value in other.items() if name not in one}}


def _lists(one: Json, other: Json) -> Json:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return [*(merge_all(pair) for pair in zip(longer, shorter, strict=False)), *longer[len(shorter) :]]


_COMBINE: dict[str, Callable[[Json, Json], Json]] = {
    "type": _types,
    "enum": _enums,
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "properties": _maps,
    "patternProperties": _maps,
    "items": lambda one, other: merge_all([one, other]),
    "additionalProperties": lambda one, other: merge_all([one, other]),
    "prefixItems": _lists,
    "allOf": lambda one, other: [*one, *other],
    "not": lambda one, other: {"anyOf": [one, other]},
    "uniqueItems": lambda one, other: one or other,
    "multipleOf": _multiples,
    **dict.fromkeys(_LARGER, max),
    **dict.fromkeys(_SMALLER, min),
}
