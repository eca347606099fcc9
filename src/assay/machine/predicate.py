"""Predicates over a response body: a JSON Schema with runtime expressions, or `nothing`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from assay.inputs.validator import Mismatch, Validator
from assay.machine.expression import MISSING, RuleError, Scope, is_expression, substitute
from assay.model.contract import Json, Schema
from assay.model.lifecycle import Nothing


def has_expressions(value: Json) -> bool:
    """True when some string in the value is, or contains, a runtime expression."""
    if isinstance(value, str):
        return is_expression(value) or "{$" in value
    if isinstance(value, Mapping):
        return any(has_expressions(v) for v in value.values())
    return isinstance(value, list) and any(has_expressions(v) for v in value)


class Predicate:
    """Compiled once when nothing in it varies, else per scope."""

    __slots__ = ("_components", "_fixed", "_latest", "_schema")

    def __init__(self, schema: Schema | Nothing, components: Mapping[str, Json]) -> None:
        self._schema = schema
        self._components = components
        varies = schema is Nothing.NOTHING or has_expressions(schema)
        self._fixed = None if varies else Validator(schema, components)
        #: as it was filled in last, and compiled: several answers about one instance often fill it in alike
        self._latest: tuple[Json, Validator] | None = None

    def mismatches(self, body: Json, scope: Scope) -> Iterator[Mismatch]:
        """What of `body` does not fit. `MISSING` stands for a body that is not JSON. Raises `RuleError`."""
        if self._schema is Nothing.NOTHING:
            if body is not None:
                yield Mismatch(f"expected nothing (null or an empty body), got {_brief(body)}", (), "nothing")
            return
        if body is MISSING:
            yield Mismatch("the body is not JSON", (), "json")
            return
        yield from (self._fixed or self._filled_in(scope)).mismatches(body)

    def _filled_in(self, scope: Scope) -> Validator:
        schema = substitute(self._schema, scope)
        if self._latest is None or not _alike(self._latest[0], schema):
            self._latest = schema, compiled(schema, self._components)
        return self._latest[1]


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
