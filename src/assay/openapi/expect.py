"""What the documentation surely says of an answer, member by member, for formats that know no JSON Schema.

A schema says much that no list of members can say, and most of it only where something is there. What is listed here
follows from the schemas whatever else the body holds: members that every body must have, and the values of those that
must have one. A schema without `required` gives nothing, rightly: `{}` fits it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from assay.inputs.constraints import is_json
from assay.machine.expression import UNRESOLVED, is_expression
from assay.machine.predicate import has_expressions
from assay.model.contract import Api, Json, Operation, Reply, Schema, Strength
from assay.model.lifecycle import Nothing, Transition
from assay.openapi.workflow import Expected, Fact, Given, Shape, Value

#: runtime expression -> what it finds, UNRESOLVED where that is not known
Find = Callable[[str], Value]

_PLAIN = (str, int, float, bool, type(None))
#: deeper members are not listed
_DEEPEST = 8


def expected(
    api: Api, operation: Operation, ways: Sequence[Transition], find: Find, *, whole: bool
) -> Expected:
    """What is documented of an answer that is one of these ways; without `whole`, of its status alone."""
    statuses = tuple(dict.fromkeys(way.status for way in ways))
    if not whole or len(statuses) > 1:
        return Expected(statuses)
    if any(way.body is Nothing.NOTHING for way in ways):
        return Expected(statuses, nothing=all(way.body is Nothing.NOTHING for way in ways))
    own = ways[0].body if len(ways) == 1 else None
    return of_reply(api, operation, statuses, own if isinstance(own, Mapping) else None, find)


def of_reply(
    api: Api, operation: Operation, statuses: tuple[int, ...], own: Schema | None, find: Find
) -> Expected:
    """What is documented of the one status: by the reply, by promises about it, and by a schema of the cell's `own`."""
    reply = operation.reply_for(statuses[0]) if len(statuses) == 1 else None
    if reply is None or reply.strength is not Strength.DOCUMENTED:
        return Expected(statuses)
    headers = tuple(header.name for header in reply.headers if header.required)
    schemas = _schemas(operation, reply, statuses[0], own)
    facts = tuple(_facts(api, schemas, find, ())) if operation.method != "head" and schemas else ()
    return Expected(statuses, facts=facts, headers=headers)


def _schemas(operation: Operation, reply: Reply, status: int, own: Schema | None) -> list[Schema]:
    """All that has to fit the body of the reply, if that is always JSON of one kind; else nothing."""
    if len(reply.content) != 1 or not is_json(reply.content[0].media_type):
        return []
    promised = [
        promise.body
        for promise in operation.promises
        if promise.strength is Strength.DOCUMENTED and promise.body is not None and promise.speaks_of(status)
    ]
    return [schema for schema in (reply.content[0].schema, own, *promised) if schema is not None]


def _facts(api: Api, schemas: Sequence[Schema], find: Find, path: tuple[str, ...]) -> Iterator[Fact]:
    """The members below `path` that surely are there, as all of the schemas together want it."""
    parts = [part for schema in schemas for part in _conjuncts(api, schema)]
    if len(path) >= _DEEPEST or not any(part.get("type") == "object" for part in parts):
        return
    required = dict.fromkeys(name for part in parts for name in part.get("required", ()))
    for name in required:
        inner = [part["properties"][name] for part in parts if name in part.get("properties", {})]
        yield from _member(api, inner, find, (*path, name))


def _member(api: Api, schemas: Sequence[Schema], find: Find, path: tuple[str, ...]) -> Iterator[Fact]:
    parts = [part for schema in schemas for part in _conjuncts(api, schema)]
    for part in parts:
        if (value := _value(part, find)) is not UNRESOLVED:
            yield Fact(path, value)
            return
    below = list(_facts(api, schemas, find, path))
    yield from below or [Fact(path, Shape.PRESENT if any(map(_no_null, parts)) else Shape.THERE)]


def _conjuncts(api: Api, schema: Schema) -> Iterator[Mapping[str, Json]]:
    """The schema objects that all have to fit: itself, what it refers to, and the members of `allOf`.

    References lead to no cycle: the loader has refused those.
    """
    if not isinstance(schema, Mapping):
        return
    yield schema
    if "$ref" in schema:
        yield from _conjuncts(api, api.resolve({"$ref": schema["$ref"]}))
    for branch in schema.get("allOf", ()):
        yield from _conjuncts(api, branch)


def _value(schema: Mapping[str, Json], find: Find) -> Value:
    """The one value that the schema allows; UNRESOLVED where it allows others, or where it is not known."""
    choice = schema.get("enum", ())
    value = schema["const"] if "const" in schema else choice[0] if len(choice) == 1 else UNRESOLVED
    if isinstance(value, str) and is_expression(value):
        value = find(value)
    elif has_expressions(value):
        return UNRESOLVED
    if isinstance(value, Given):
        return value if isinstance(value.like, _PLAIN) else UNRESOLVED
    return value if isinstance(value, _PLAIN) else UNRESOLVED


def _no_null(schema: Mapping[str, Json]) -> bool:
    kinds = schema.get("type")
    if kinds is not None:
        return kinds != "null" and (isinstance(kinds, str) or "null" not in kinds)
    return "enum" in schema and None not in schema["enum"]
