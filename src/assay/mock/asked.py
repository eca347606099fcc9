"""What a contract asks of a body: a JSON Schema that may hold expressions, compiled once as far as that goes.

Most expressions stand where nothing but the value of one member depends on them: `{id: {const: $instance.id}}`. Such a
schema is split: the rest is compiled once, and the member's value compared. Wherever JSON's notion of equality could
differ from Python's, and for every other use of an expression, the schema is filled in and compiled for that request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from assay.inputs.validator import Validator
from assay.machine.expression import UNRESOLVED, Absence, Scope, is_expression
from assay.machine.predicate import Predicate, has_expressions
from assay.mock.found import Finder, finder
from assay.model.terms import Json, Schema

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
#: integers below it are the same number to everybody
_EXACT: Final = 2**53
#: a member that is held to an expression: the way to it, and what finds the value
_Held = tuple[tuple[str, ...], Finder]


class Asked:
    """One schema of a contract, expressions and all."""

    __slots__ = ("_components", "_held", "_predicate", "fixed", "schema", "vanishing", "varies")

    def __init__(self, schema: Schema, components: Mapping[str, Json]) -> None:
        #: as the contract has it
        self.schema = schema
        self._components = components
        self._predicate: Predicate | None = None
        #: True when it depends on more than the body
        self.varies = has_expressions(schema)
        #: what of it never varies; None where it cannot be told apart
        self.fixed: Schema | None = schema
        self._held: tuple[_Held, ...] = ()
        if self.varies:
            held: list[_Held] = []
            try:
                self.fixed = _split(schema, (), held)
            except _InseparableError:
                self.fixed = None
            self._held = tuple(held)
        #: what members are held to that are not to be there when it finds nothing
        self.vanishing: tuple[Finder, ...] = tuple(_vanishing(schema))

    def holds(self, body: Json | Absence, scope: Scope) -> bool:
        """Whether `body` is what the whole schema asks for."""
        try:
            if self._predicate is None:
                self._predicate = Predicate(self.schema, self._components)
            return next(self._predicate.mismatches(body, scope), None) is None
        except ValueError:  # the schema is wrong since an expression in it was replaced
            return False

    def rest_holds(self, body: Json, scope: Scope) -> bool:
        """Whether a body that fits what never varies is what the whole schema asks for."""
        if not self.varies:
            return True
        if self.fixed is None:
            return self.holds(body, scope)
        for way, find in self._held:
            equal = _equal(body, way, find(scope))
            if equal is None:
                return self.holds(body, scope)
            if not equal:
                return False
        return True


def together(schemas: Iterable[Schema], components: Mapping[str, Json]) -> Validator | None:
    """One validator that accepts what all of them accept; None when one of them is no schema."""
    try:
        return Validator({"allOf": [True, *schemas]}, components)
    except ValueError:
        return None


class _InseparableError(Exception):
    """An expression stands where more depends on it than one member's value."""


def _split(schema: Schema, way: tuple[str, ...], held: list[_Held]) -> Schema:
    """The schema without the members' values that are held to expressions, which go to `held`."""
    if not isinstance(schema, Mapping) or not has_expressions(schema):
        return schema
    rest: dict[str, Json] = {}
    for keyword, value in schema.items():
        if keyword == "properties" and isinstance(value, Mapping):
            rest[keyword] = {name: _split(member, (*way, name), held) for name, member in value.items()}
        elif keyword == "allOf" and isinstance(value, list):
            rest[keyword] = [_split(branch, way, held) for branch in value]
        elif keyword == "const" and isinstance(value, str):
            held.append((way, finder(value)))
        elif has_expressions(value):
            raise _InseparableError
        else:
            rest[keyword] = value
    return rest


def _equal(body: Json, way: tuple[str, ...], wanted: Json) -> bool | None:
    """Whether the member there has that value, if it is there; None when that is not for us to say."""
    if wanted is UNRESOLVED:
        return True
    for name in way:
        if not isinstance(body, dict) or name not in body:
            return True
        body = body[name]
    if type(body) is not type(wanted):
        return None
    if isinstance(body, str):
        return body == wanted if _is_text(body) and _is_text(wanted) else None
    if body is None or isinstance(body, bool):
        return body is wanted
    return body == wanted if isinstance(body, int) and max(abs(body), abs(wanted)) < _EXACT else None


def _is_text(value: str) -> bool:
    """True for what UTF-8 can carry: halves of pairs are replaced before they are compared."""
    return value.isascii() or _SURROGATE.search(value) is None


def _vanishing(schema: Schema) -> Iterator[Finder]:
    """What finds the values of the members that `patch.without_vanished` looks at."""
    if not isinstance(schema, Mapping):
        return
    for member in schema.get("properties", {}).values():
        constant = member.get("const") if isinstance(member, Mapping) else None
        if isinstance(constant, str) and is_expression(constant):
            yield finder(constant)
        yield from _vanishing(member)
    for branch in schema.get("allOf", ()):
        yield from _vanishing(branch)
