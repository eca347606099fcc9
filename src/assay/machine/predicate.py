"""Predicates over a response body: a JSON Schema with runtime expressions, or `nothing`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from assay.inputs.validator import Mismatch, Validator
from assay.machine.expression import (
    MISSING,
    UNRESOLVED,
    Reader,
    RuleError,
    Scope,
    filled_in,
    is_expression,
    reader,
)
from assay.model.contract import Json, Schema
from assay.model.lifecycle import Nothing

#: every JSON library reads smaller integers alike
_EXACT = 2**53


def has_expressions(value: Json) -> bool:
    """True when some string in the value is, or contains, a runtime expression."""
    if isinstance(value, str):
        return is_expression(value) or "{$" in value
    if isinstance(value, Mapping):
        return any(has_expressions(v) for v in value.values())
    return isinstance(value, list) and any(has_expressions(v) for v in value)


class Predicate:
    """Compiled once when nothing in it varies, else per scope.

    What varies is nearly always `const: $EXPRESSION` of some member, the instance's id say. Then the rest is compiled
    once, and a body that fits it and has the values found is known to fit. Only where that is not so is the schema
    filled in and compiled: it has the last word, and says what is wrong.
    """

    __slots__ = ("_components", "_fixed", "_latest", "_pinned", "_schema")

    def __init__(self, schema: Schema | Nothing, components: Mapping[str, Json]) -> None:
        self._schema = schema
        self._components = components
        varies = schema is Nothing.NOTHING or has_expressions(schema)
        self._fixed = None if varies else Validator(schema, components)
        self._pinned = _Pinned.of(schema, components) if varies else None
        #: as it was filled in last, and compiled: several answers about one instance often fill it in alike
        self._latest: tuple[Json, Validator] | None = None

    @property
    def varies(self) -> bool:
        """True when what it asks depends on the scope, or is no schema."""
        return self._fixed is None

    def first(self, body: Json, scope: Scope) -> Mismatch | None:
        """The first of the mismatches, or None. Raises `RuleError`."""
        if body is not MISSING and self._surely_fits(body, scope):
            return None
        return next(self.mismatches(body, scope), None)

    def mismatches(self, body: Json, scope: Scope) -> Iterator[Mismatch]:
        """What of `body` does not fit. `MISSING` stands for a body that is not JSON. Raises `RuleError`."""
        if self._schema is Nothing.NOTHING:
            if body is not None:
                yield Mismatch(f"expected nothing (null or an empty body), got {_brief(body)}", (), "nothing")
            return
        if body is MISSING:
            yield Mismatch("the body is not JSON", (), "json")
            return
        if self._pinned is not None and self._pinned.surely_fits(body, scope):
            return
        yield from (self._fixed or self._filled_in(scope)).mismatches(body)

    def _surely_fits(self, body: Json, scope: Scope) -> bool:
        """True only where there is no mismatch; most often it is known without looking for any."""
        if self._fixed is not None:
            return self._fixed.accepts(body)
        if self._pinned is not None:
            return self._pinned.surely_fits(body, scope)
        return self._schema is Nothing.NOTHING and body is None

    def _filled_in(self, scope: Scope) -> Validator:
        schema = filled_in(self._schema, scope)
        # read and written in one piece: others may fill it in meanwhile
        latest = self._latest
        if latest is None or not _alike(latest[0], schema):
            latest = schema, compiled(schema, self._components)
            self._latest = latest
        return latest[1]


class _Pinned:
    """A schema whose only expressions are `const`s of members: the rest of it, compiled, and where they stand."""

    __slots__ = ("_pins", "_rest")

    def __init__(self, rest: Validator, pins: Sequence[tuple[tuple[str, ...], Reader]]) -> None:
        self._rest, self._pins = rest, pins

    @classmethod
    def of(cls, schema: Schema | Nothing, components: Mapping[str, Json]) -> _Pinned | None:
        """None where something else varies, too."""
        pins: list[tuple[tuple[str, ...], Reader]] = []
        rest = _without_pins(schema, (), pins)
        if rest is Nothing.NOTHING or has_expressions(rest):
            return None
        try:
            return cls(Validator(rest, components), pins)
        except ValueError:  # no schema: whoever fills it in says so
            return None

    def surely_fits(self, body: Json, scope: Scope) -> bool:
        """True only where the schema as filled in would say so, too."""
        for path, read in self._pins:
            if not _has(body, path, read(scope)):
                return False
        return self._rest.accepts(body)


def _without_pins(
    schema: Schema, path: tuple[str, ...], pins: list[tuple[tuple[str, ...], Reader]]
) -> Schema:
    """The schema without the `const: $EXPRESSION` that always apply to the member at a path."""
    if not isinstance(schema, Mapping):
        return schema
    rest: dict[str, Json] = {}
    for key, value in schema.items():
        if key == "const" and isinstance(value, str) and is_expression(value):
            pins.append((path, reader(value)))
        elif key == "properties" and isinstance(value, Mapping):
            rest[key] = {name: _without_pins(of, (*path, name), pins) for name, of in value.items()}
        elif key == "allOf" and isinstance(value, list):
            rest[key] = [_without_pins(of, path, pins) for of in value]
        else:
            rest[key] = value
    return rest


def _has(body: Json, path: tuple[str, ...], wanted: Json) -> bool:
    """True where the member is surely that value, where there is no such member, or nothing is wanted of it."""
    if wanted is UNRESOLVED:
        return True
    if not _plain(wanted):
        return False
    for name in path:
        if not isinstance(body, dict) or name not in body:
            return True
        body = body[name]
    return type(body) is type(wanted) and bool(body == wanted)


def _plain(value: Json) -> bool:
    """True for values of which there is but one spelling; others are compared by whoever knows all their kinds."""
    if type(value) is str:
        return value.isascii()
    return value is None or isinstance(value, bool) or (type(value) is int and abs(value) < _EXACT)


def _alike(one: Json, other: Json) -> bool:
    """Equal, and not only to Python, to which true is 1."""
    return bool(one == other) and repr(one) == repr(other)


def compiled(schema: Json, components: Mapping[str, Json]) -> Validator:
    """The validator of a schema that expressions filled in. Raises `RuleError` when their values make it no schema."""
    try:
        return Validator(schema, components)
    except ValueError as error:  # `maximum: $request.body#/limit` where the limit sent was a word
        reason = str(error).split("\n", 1)[0][:200]
        raise RuleError(
            "schema", f"Cannot evaluate a schema: because, filled in, it is none ({reason})."
        ) from error


def _brief(body: Json) -> str:
    if body is MISSING:
        return "a body that is not JSON"
    text = json.dumps(body, ensure_ascii=True)
    return text if len(text) <= 80 else text[:77] + "..."
