"""The narrow reading of a request schema: values that are surely accepted.

A thin schema says `type: string` where it means a currency. Such a schema promises little, and calling every
string it allows «valid» accuses honest servers (the largest source of false alarms in tools that do). So there
are three zones, not two:

* what the schema refuses is *invalid*;
* what this module's narrow schema accepts is *known good*;
* what lies between is *unstated*: the answer is observed, never failed.

The author draws the line with `x-known-good`; where nothing is drawn, a plain default applies (short printable
ASCII strings, moderate numbers, non-empty short arrays, declared properties only).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assay.model.contract import Api, Json, Schema

#: what a string may be when nothing else is said: printable ASCII, no space at either end
PLAIN_STRING = {"pattern": "^([!-~]([ -~]*[!-~])?)?$", "minLength": 1, "maxLength": 64}
PLAIN_NUMBER = {"minimum": 1, "maximum": 100}
PLAIN_ARRAY = {"minItems": 1, "maxItems": 10}
NOT_SUPPLIED: Schema = {"not": {}}

_STRING_SHAPERS = ("format", "pattern", "contentEncoding")
#: keywords that refuse no value
_TELLS_NOTHING = frozenset({
    "title", "description", "example", "examples", "default", "deprecated", "readOnly", "writeOnly", "nullable",
    "$comment", "externalDocs", "xml",
})  # fmt: skip
_BRANCHES = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Supply:
    """Values that only the user of a target can know: `x-supplied` names and what they stand for."""

    values: Mapping[str, Json] = field(default_factory=dict)


def examples(api: Api) -> Supply:
    """What a target supplies that holds every documented example: all but what an instance of its own gives."""
    return Supply({name: value for name, value in api.supplies.items() if name not in api.prerequisites})


def narrow(
    schema: Schema, resolve: Callable[[Schema], Schema], supply: Supply, *, close: bool = True
) -> Schema:
    """The known-good reading of `schema`, as a schema without `$ref`s.

    A value is known good when it satisfies both `schema` and this. `close` refuses undeclared properties at the
    outermost object; branches of a composition are left open so that they do not exclude one another.
    """
    if isinstance(schema, Mapping) and "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        target = narrow(resolve({"$ref": schema["$ref"]}), resolve, supply, close=close)
        return target if not rest else {"allOf": [target, narrow(rest, resolve, supply, close=False)]}
    if allows_anything(schema):
        return _shown(schema)
    if not isinstance(schema, Mapping):
        return schema
    if "x-supplied" in schema:
        name = schema["x-supplied"]
        return {"const": supply.values[name]} if name in supply.values else NOT_SUPPLIED

    result: dict[str, Json] = {key: value for key, value in schema.items() if not key.startswith("x-")}
    for key in _BRANCHES:
        if key in result:
            result[key] = [narrow(branch, resolve, supply, close=False) for branch in result[key]]
    for key in ("properties", "patternProperties"):
        if key in result:
            result[key] = {name: narrow(value, resolve, supply) for name, value in result[key].items()}
    for key in ("items", "additionalProperties", "contains"):
        if key in result and isinstance(result[key], Mapping):
            result[key] = narrow(result[key], resolve, supply)
    if "prefixItems" in result:
        result["prefixItems"] = [narrow(value, resolve, supply) for value in result["prefixItems"]]

    if "x-known-good" in schema:
        result["allOf"] = [*result.get("allOf", []), schema["x-known-good"]]
    elif not any(key in schema for key in ("enum", "const", *_BRANCHES)):
        _add_plain_limits(result, schema)
    if close and "x-known-good" not in schema:
        _close(result)
    return result


def allows_anything(schema: Schema) -> bool:
    """True for a schema without a keyword that could refuse a value, and without a word of ours."""
    return schema is True or (isinstance(schema, Mapping) and not (schema.keys() - _TELLS_NOTHING))


def _shown(schema: Schema) -> Schema:
    """What is known good of a schema that allows anything: what it shows. Nobody means that everything is accepted."""
    if not isinstance(schema, Mapping):
        return NOT_SUPPLIED
    shown = [schema[key] for key in ("example", "default") if key in schema]
    shown += schema["examples"] if isinstance(schema.get("examples"), list) else []
    return {"enum": shown} if shown else NOT_SUPPLIED


def _add_plain_limits(result: dict[str, Json], schema: Mapping[str, Json]) -> None:
    if _may_be(schema, "string"):
        if any(key in schema for key in _STRING_SHAPERS):
            result.setdefault("maxLength", 255)
        else:
            for key, value in PLAIN_STRING.items():
                result.setdefault(key, value)
    if _may_be(schema, "number") or _may_be(schema, "integer"):
        if "minimum" not in schema and "exclusiveMinimum" not in schema:
            result["minimum"] = PLAIN_NUMBER["minimum"]
        if "maximum" not in schema and "exclusiveMaximum" not in schema:
            result["maximum"] = max(PLAIN_NUMBER["maximum"], schema.get("minimum", 0))
    if _may_be(schema, "array"):
        for key, value in PLAIN_ARRAY.items():
            result.setdefault(key, value)
    if (
        "type" in schema
        and _may_be(schema, "object")
        and not schema.get("properties")
        and "additionalProperties" not in schema
    ):
        result["additionalProperties"] = {"type": "string", **PLAIN_STRING}
        result.setdefault("maxProperties", 10)


def _close(result: dict[str, Json]) -> None:
    declared = result.get("properties") or any(key in result for key in _BRANCHES)
    if declared and "additionalProperties" not in result and "unevaluatedProperties" not in result:
        # looks through allOf/anyOf/oneOf, unlike additionalProperties (JSON Schema 2020-12, core §11.3)
        result["unevaluatedProperties"] = False


def _may_be(schema: Mapping[str, Json], kind: str) -> bool:
    """True when the schema's `type` names that type, or names none at all."""
    named = schema.get("type")
    return named is None or named == kind or (isinstance(named, list) and kind in named)
