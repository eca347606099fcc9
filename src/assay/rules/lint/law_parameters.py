"""Parameters that a law does not have, that have the wrong form, or that name what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from assay.contractfile.conform import explain, show
from assay.contractfile.suggest import choose
from assay.laws.library import LAWS
from assay.model.lifecycle import Law, Lifecycle
from assay.model.problem import Place, Problem
from assay.model.terms import Json, Schema
from assay.rules.lint.look import Look

RULE = "law-parameters"

_Path = tuple[str | int, ...]


def check(look: Look) -> Iterator[Problem]:
    """A parameter against the JSON Schema of its law, and the names in it against the contracts."""
    operations = frozenset(look.operations())
    for cycle in look.api.lifecycles:
        known = _known(look, cycle, operations)
        for law in cycle.laws:
            if law.name not in LAWS:
                continue
            schema, given = LAWS[law.name].PARAMETERS, dict(law.parameters)
            for error in _validator(law.name).iter_errors(given):
                yield from _tell(look, law, schema, error)
            for kind, path, name in sorted(set(_named(schema, given)), key=repr):
                if kind in known and name not in known[kind]:
                    yield _unknown(look, law, kind, path, name, known[kind])


def _known(look: Look, cycle: Lifecycle, operations: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """What each kind of name may be; no operations while files of the api cannot be read."""
    known = {
        "state": frozenset(state.name for state in cycle.states),
        "field": frozenset(field.name for field in cycle.fields),
    }
    return {**known, "operation": operations} if look.whole else known


@lru_cache(maxsize=64)
def _validator(law: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(LAWS[law].PARAMETERS)


def _at(look: Look, law: Law, path: _Path) -> Place:
    # a law that is only named has no mapping to point into
    return look.below(law.place, law.name, *path) if path or law.parameters else law.place


def _tell(look: Look, law: Law, schema: Schema, error: jsonschema_rs.ValidationError) -> Iterator[Problem]:
    path: _Path = tuple(error.instance_path)
    kind: Any = error.kind
    given: Json = error.instance
    place = _at(look, law, path)
    if kind.name == "additionalProperties":
        options = [key for key in _holder(schema, error) if key not in given]
        for key in kind.unexpected:
            what = f"in '{path[-1]}' of the law '{law.name}'" if path else f"in the law '{law.name}'"
            message = f"Cannot use '{key}' {what}: because it has no such parameter."
            yield Problem(_at(look, law, (*path, key)), RULE, message, choose(key, options) or "Delete it.")
    elif kind.name == "required":
        told = _holder(schema, error).get(kind.property, {})
        message = f"Cannot try the law '{law.name}': because '{kind.property}' is missing."
        fix = f"Add `{kind.property}:`. {told.get('description', '')}".rstrip()
        yield Problem(place, RULE, message, fix)
    else:
        because, fix = ("it has none of the forms known here", "")
        if kind.name not in {"anyOf", "oneOf"}:
            because, fix = explain(error, given)
        name = f"'{path[-1]}'" if path and isinstance(path[-1], str) else f"the law '{law.name}'"
        message = f"Cannot use {show(given)} for {name}: because {because}."
        yield Problem(place, RULE, message, f"{fix} {_described(schema, error)}".strip())


def _node(schema: Schema, path: list[str | int]) -> Json:
    node: Json = schema
    for part in path:
        node = node[part]
    return node


def _holder(schema: Schema, error: jsonschema_rs.ValidationError) -> Mapping[str, Json]:
    """The properties that the schema of the object in question knows."""
    node = _node(schema, list(error.schema_path)[:-1])
    found: Mapping[str, Json] = node.get("properties", {}) if isinstance(node, dict) else {}
    return found


def _described(schema: Schema, error: jsonschema_rs.ValidationError) -> str:
    node = _node(schema, list(error.schema_path)[:-1])
    return str(node.get("description", "")) if isinstance(node, dict) else ""


def _named(schema: Json, value: Json, path: _Path = ()) -> Iterator[tuple[str, _Path, str]]:
    """Every name in a value that its schema says is one: its kind, the way to it, the name."""
    if not isinstance(schema, Mapping):
        return
    if isinstance(value, str) and "x-names" in schema:
        yield schema["x-names"], path, value
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(keyword, ()):
            yield from _named(branch, value, path)
    if isinstance(value, Mapping):
        properties = schema.get("properties", {})
        for key, item in value.items():
            yield from _named(schema.get("propertyNames"), key, (*path, key))
            yield from _named(properties.get(key, schema.get("additionalProperties")), item, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _named(schema.get("items"), item, (*path, index))


def _unknown(look: Look, law: Law, kind: str, path: _Path, name: str, known: frozenset[str]) -> Problem:
    message = f"Cannot find the {kind} '{name}': because {_HOMES[kind]} has it."
    return Problem(_at(look, law, path), RULE, message, choose(name, known))


_HOMES = {
    "operation": "no endpoint file of the api",
    "state": "no row of the table",
    "field": "no entry in `fields` of the lifecycle",
}
