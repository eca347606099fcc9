"""From JSON Schemas as they are written to their shapes, each written part once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from typing import Any, Final

from assay.model.terms import Json, Schema
from assay.rules.schemas.combine import TooManyError, conditioned, join, lacking, meet, one_of
from assay.rules.schemas.shape import ANY, KINDS, NOTHING, Branch, Shape, branch, element, kind_of, text


class Side(StrEnum):
    """Who sends the values."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def other(self) -> Side:
        """Who receives them."""
        return Side.RESPONSE if self is Side.REQUEST else Side.REQUEST


#: an import's mark: what stood here was left out, because it leads back to itself or to too much
CUT: Final = "x-cut"
#: what is remarked and constrains nothing
NOTES: Final = (
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "discriminator",
    "x-sunset",
    "x-extensible-enum",
    CUT,
)
#: properties that this side does not send (OpenAPI 3.1, JSON Schema Validation §9.4)
_UNSENT: Final = {Side.REQUEST: "readOnly", Side.RESPONSE: "writeOnly"}
_CONTENT: Final = ("contentEncoding", "contentMediaType", "contentSchema")
_IN: Final = ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames",
              "unevaluatedProperties", "unevaluatedItems", "contentSchema")  # fmt: skip
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS: Final = ("properties", "patternProperties", "dependentSchemas")
#: with these beside it, what is unevaluated depends on the value
_APPLICATORS: Final = ("anyOf", "oneOf", "if", "dependentSchemas", "not")
_EXPRESSION: Final = re.compile(r"\$(method|url|statusCode|request|response|instance|now)\b.*", re.DOTALL)
#: finds anything
_EMPTY_PATTERNS: Final = frozenset({"", ".*", "^", "$"})


class Reader:
    """Reads schemas of one api as one side sends them.

    `expressions`: may values be runtime expressions, as in promises and cells? What they will be is left open.
    """

    def __init__(self, resolve: Callable[[Schema], Schema], side: Side, *, expressions: bool = False) -> None:
        self._resolve = resolve
        self._unsent = _UNSENT[side]
        self._expressions = expressions
        self._targets: dict[str, Schema] = {}
        #: by identity of the written part, which is kept along with it
        self._plain: dict[int, tuple[Schema, Schema]] = {}
        self._shapes: dict[int, tuple[Schema, Shape]] = {}

    def plain(self, schema: Schema) -> Schema:
        """The schema without references, and without what this side does not send."""
        if not isinstance(schema, Mapping):
            return schema
        known = self._plain.get(id(schema))
        if known is None:
            known = self._plain[id(schema)] = (schema, self._written(schema))
        return known[1]

    def shape(self, schema: Schema) -> Shape:
        """Its shape. What is too complicated to look into is kept as a condition on everything."""
        return self._shape(self.plain(schema))

    def _written(self, schema: Mapping[str, Json]) -> Schema:
        if isinstance(reference := schema.get("$ref"), str):
            if reference not in self._targets:
                self._targets[reference] = self.plain(self._resolve({"$ref": reference}))
            target, rest = self._targets[reference], {key: schema[key] for key in schema if key != "$ref"}
            return {"allOf": [target, self.plain(rest)]} if rest else target
        made = dict(schema)
        for key in _IN:
            if key in made:
                made[key] = self.plain(made[key])
        for key in _LISTS:
            if key in made:
                made[key] = [self.plain(one) for one in made[key]]
        for key in _MAPS:
            if key in made:
                made[key] = {name: self.plain(one) for name, one in made[key].items()}
        if unsent := [name for name, one in made.get("properties", {}).items() if self._is_unsent(one)]:
            for name in unsent:  # what is said of them is for the other side
                made["properties"][name] = {
                    key: value for key, value in _remarks(made["properties"][name]).items() if key in NOTES
                }
            made["required"] = [name for name in made.get("required", ()) if name not in unsent]
        return made

    def _is_unsent(self, schema: Schema) -> bool:
        return _remarks(schema).get(self._unsent) is True

    def _shape(self, schema: Schema) -> Shape:
        if not isinstance(schema, Mapping):
            return NOTHING if schema is False else ANY
        known = self._shapes.get(id(schema))
        if known is None:
            try:
                shape = self._read(schema)
            except TooManyError:
                shape = conditioned(ANY, f"complex:{text(schema)}")
            known = self._shapes[id(schema)] = (schema, shape)
        return known[1]

    def _read(self, schema: Mapping[str, Json]) -> Shape:
        shapes = [self._own(schema)]
        shapes += [self._shape(one) for one in schema.get("allOf", ())]
        if "anyOf" in schema:
            shapes.append(join(self._shape(one) for one in schema["anyOf"]))
        if "oneOf" in schema:
            shapes.append(one_of([self._shape(one) for one in schema["oneOf"]]))
        if "not" in schema:
            shapes.append(lacking(self._shape(schema["not"])))
        if "if" in schema and ("then" in schema or "else" in schema):
            shapes.append(self._conditional(schema))
        found = reduce(meet, shapes)
        for key, kind in (("unevaluatedProperties", "object"), ("unevaluatedItems", "array")):
            if key in schema and self._shape(schema[key]) != ANY:
                found = self._unevaluated(found, schema, key, kind)
        return found.with_notes({key: schema[key] for key in NOTES if key in schema})

    def _conditional(self, schema: Mapping[str, Json]) -> Shape:
        test = self._shape(schema["if"])
        then, other = self._shape(schema.get("then", True)), self._shape(schema.get("else", True))
        # told as what it is, though two alternatives say the same
        notes = {"if": " ".join(shape.key for shape in (test, then, other))}
        return join([meet(test, then), meet(lacking(test), other)]).with_notes(notes)

    def _unevaluated(self, found: Shape, schema: Mapping[str, Json], key: str, kind: str) -> Shape:
        """As `additionalProperties` or `items` of the whole, where all that evaluates is known beforehand."""
        if _evaluates_all(schema, ("additionalProperties" if kind == "object" else "items", key)):
            return found
        rest = self._shape(schema[key])
        others = tuple(one for one in found.branches if one.kind != kind)
        there = found.of(kind)
        if len(there) != 1 or _varies(schema):
            kept = tuple(
                Branch(
                    one.kind,
                    {
                        **one.words,
                        "conditions": one.get("conditions", frozenset()) | {f"{key}:{text(schema)}"},
                    },
                )
                for one in there
            )
            return Shape((*others, *kept), found.notes)
        word = "rest" if kind == "object" else "items"
        words = dict(there[0].words)
        if kind == "array":  # elements of which nothing is asked are evaluated all the same
            words["prefix"] = tuple(element(there[0], at) for at in range(_prefix(schema)))
        closed = branch(kind, {**words, word: meet(there[0].get(word, ANY), rest)})
        return Shape((*others, *((closed,) if closed else ())), found.notes)

    def _own(self, schema: Mapping[str, Json]) -> Shape:
        """What the schema's own keywords say, those that hold other schemas of the same value aside."""
        conditions = self._open(schema)
        said = {key: value for key, value in schema.items() if key not in conditions}
        kinds = _kinds(said.get("type"), nullable=said.get("nullable") is True)
        made = []
        for kind in kinds:
            words = _WORDS[kind](self._shape, said) if kind in _WORDS else {}
            if kind == "number" and _whole(said.get("type")):
                words["whole"] = True
            if conditions:
                words["conditions"] = frozenset(f"{key}:{text(schema[key])}" for key in conditions)
            if one := branch(kind, words):
                made.append(one)
        found = Shape(tuple(made))
        for key in ("enum", "const"):
            if key in said:
                found = meet(_listed(said[key] if key == "enum" else [said[key]]), found)
        return found

    def _open(self, schema: Mapping[str, Json]) -> list[str]:
        """Keywords whose value is only known once there is a request."""
        if not self._expressions:
            return []
        inner = {*_IN, *_LISTS, *_MAPS, *NOTES}
        return [key for key, value in schema.items() if key not in inner and _expressed(value)]


def _remarks(schema: Schema) -> Mapping[str, Json]:
    """What a schema remarks of its values, those included that it is put together of."""
    if not isinstance(schema, Mapping):
        return {}
    found: dict[str, Json] = {}
    for part in schema.get("allOf", ()):
        found |= _remarks(part)
    return {**found, **schema}


def _evaluates_all(schema: Schema, keys: tuple[str, str]) -> bool:
    """Does the schema, or one that always holds along with it, look at every member? Then none is left unevaluated."""
    if not isinstance(schema, Mapping):
        return False
    inner = (one for one in schema.get("allOf", ()) if isinstance(one, Mapping))
    return keys[0] in schema or any(keys[1] in one or _evaluates_all(one, keys) for one in inner)


def _prefix(schema: Schema) -> int:
    """How many elements at the front the schema, or one that always holds along with it, looks at."""
    if not isinstance(schema, Mapping):
        return 0
    return max(len(schema.get("prefixItems", ())), *(_prefix(one) for one in schema.get("allOf", ())), 0)


def _varies(schema: Schema) -> bool:
    """True when which members count as evaluated depends on the value."""
    if not isinstance(schema, Mapping):
        return False
    if any(key in schema for key in (*_APPLICATORS, "contains", "patternProperties")):
        return True
    return any(_varies(one) for one in schema.get("allOf", ()))


def _expressed(value: Json) -> bool:
    if isinstance(value, str):
        return _EXPRESSION.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return any(_expressed(member) for member in value.values())
    return isinstance(value, list) and any(_expressed(item) for item in value)


def _kinds(said: Json, *, nullable: bool) -> tuple[str, ...]:
    if said is None:
        return KINDS
    named = {said} if isinstance(said, str) else set(said)
    named |= {"null"} if nullable else set()
    named = {"number" if kind == "integer" else kind for kind in named}
    return tuple(kind for kind in KINDS if kind in named)


def _whole(said: Json) -> bool:
    named = {said} if isinstance(said, str) else set(said or ())
    return "integer" in named and "number" not in named


def _listed(values: list[Json]) -> Shape:
    made = (
        branch(kind, {"values": tuple(text(value) for value in values if kind_of(value) == kind)})
        for kind in KINDS
    )
    return Shape(tuple(one for one in made if one is not None))


def _number(_: Callable[[Schema], Shape], said: Mapping[str, Json]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    lows = [
        (Fraction(str(said[key])), key != "minimum") for key in ("minimum", "exclusiveMinimum") if key in said
    ]
    highs = [
        (Fraction(str(said[key])), key != "maximum") for key in ("maximum", "exclusiveMaximum") if key in said
    ]
    if lows:
        words["low"] = max(lows)
    if highs:
        words["high"] = min(highs, key=lambda bound: (bound[0], not bound[1]))
    if "multipleOf" in said:
        words["multiples"] = frozenset({Fraction(str(said["multipleOf"]))})
    if said.get("format") in _NUMERIC:
        words["formats"] = frozenset({said["format"]})
    return words


#: formats of numbers (OpenAPI's registry); all others speak of texts
_NUMERIC: Final = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float",
                             "double", "decimal", "double-int"})  # fmt: skip


def _string(shape: Callable[[Schema], Shape], said: Mapping[str, Json]) -> dict[str, Any]:
    words: dict[str, Any] = {"shortest": said.get("minLength"), "longest": said.get("maxLength")}
    if said.get("pattern") is not None and said["pattern"] not in _EMPTY_PATTERNS:
        words["patterns"] = frozenset({said["pattern"]})
    if isinstance(said.get("format"), str) and said["format"] not in _NUMERIC:
        words["formats"] = frozenset({said["format"]})
    content = {key: said[key] for key in _CONTENT if key in said}
    if content:  # never asserted (JSON Schema 2020-12, Validation §8)
        inner = {"contentSchema": shape(content["contentSchema"]).key} if "contentSchema" in content else {}
        words["content"] = text({**content, **inner})
    return words


def _array(shape: Callable[[Schema], Shape], said: Mapping[str, Json]) -> dict[str, Any]:
    words: dict[str, Any] = {
        "fewest": said.get("minItems"),
        "most": said.get("maxItems"),
        "unique": said.get("uniqueItems"),
        "prefix": tuple(shape(one) for one in said.get("prefixItems", ())),
        "items": shape(said.get("items", True)),
    }
    if "contains" in said:
        least, most = said.get("minContains", 1), said.get("maxContains")
        if least or most is not None:
            words["contains"] = ((shape(said["contains"]), least, most),)
    return words


def _object(shape: Callable[[Schema], Shape], said: Mapping[str, Json]) -> dict[str, Any]:
    return {
        "fewest": said.get("minProperties"),
        "most": said.get("maxProperties"),
        "required": frozenset(said.get("required", ())),
        "properties": {name: shape(one) for name, one in said.get("properties", {}).items()},
        "patterned": {name: shape(one) for name, one in said.get("patternProperties", {}).items()},
        "rest": shape(said.get("additionalProperties", True)),
        "names": meet(_TEXTS, shape(said["propertyNames"])) if "propertyNames" in said else None,
        "depend": frozenset(
            (name, needed) for name, many in said.get("dependentRequired", {}).items() for needed in many
        ),
        "dependent": {name: shape(one) for name, one in said.get("dependentSchemas", {}).items()},
    }


_TEXTS: Final = Shape((Branch("string"),))
_WORDS: Final[Mapping[str, Callable[[Callable[[Schema], Shape], Mapping[str, Json]], dict[str, Any]]]] = {
    "number": _number,
    "string": _string,
    "array": _array,
    "object": _object,
}
