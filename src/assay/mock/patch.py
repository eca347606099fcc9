"""Changing a JSON value: an example's id replaced, a merge patch laid over, a value set at a pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from assay.machine.expression import UNRESOLVED, Scope, evaluate, is_expression, substitute
from assay.model.pointer import unescape
from assay.model.terms import Json, Schema

#: shorter texts occur by accident, so they are only replaced where they stand alone
_TELLING: Final = 6
_KEEP: Final = object()


def overlay(value: Json, patch: Json, scope: Scope) -> Json:
    """`value` under a JSON Merge Patch (RFC 7396) whose values may be runtime expressions.

    What an expression finds is put in whole, and not merged itself: an echoed object is that object. An
    expression that finds nothing changes nothing.
    """
    if isinstance(patch, str):
        found = evaluate(patch, scope)
        return value if found is UNRESOLVED else found
    if not isinstance(patch, Mapping):
        found = substitute(patch, scope)
        return value if found is UNRESOLVED else found
    changes = {name: _change(value, name, change, scope) for name, change in patch.items()}
    if patch and all(change is _KEEP for change in changes.values()):
        return value
    result = dict(value) if isinstance(value, Mapping) else {}
    for name, change in changes.items():
        if change is None:
            result.pop(name, None)
        elif change is not _KEEP:
            result[name] = change
    return result


def _change(value: Json, name: str, change: Json, scope: Scope) -> Json:
    """The member's new value: None to remove it, `_KEEP` to leave it as it is."""
    if change is None:
        return None
    before = value.get(name, _KEEP) if isinstance(value, Mapping) else _KEEP
    after = overlay(before, change, scope)
    return _KEEP if after is before else after


def dress(value: Json, exact: Mapping[str, Json], inside: Mapping[str, str]) -> Json:
    """`value` with strings replaced: the keys of `exact` where they stand alone, of `inside` anywhere."""
    if isinstance(value, str):
        if value in exact:
            return exact[value]
        for old, new in inside.items():
            if len(old) >= _TELLING:
                value = value.replace(old, new)
        return value
    if isinstance(value, Mapping):
        return {name: dress(member, exact, inside) for name, member in value.items()}
    if isinstance(value, list):
        return [dress(element, exact, inside) for element in value]
    return value


def put(value: Json, pointer: str, new: Json) -> Json:
    """`value` with `new` at a JSON Pointer (RFC 6901), unchanged when there is nothing to hold it."""
    if not pointer:
        return new
    token, slash, rest = pointer[1:].partition("/")
    key = unescape(token)
    if isinstance(value, Mapping):
        if rest and key not in value:
            return value
        return {**value, key: put(value.get(key), slash + rest, new)}
    if isinstance(value, list) and key.isdecimal() and len(key) < 9 and int(key) < len(value):
        index = int(key)
        return [*value[:index], put(value[index], slash + rest, new), *value[index + 1 :]]
    return value


def merged(value: Json, patch: Json) -> Json:
    """`value` under a JSON Merge Patch (RFC 7396 §2)."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(value) if isinstance(value, Mapping) else {}
    for name, change in patch.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), change)
    return result


def removed(value: Json, pointer: str) -> Json:
    """`value` without the object member at a JSON Pointer (RFC 6901); as it is when there is none."""
    token, slash, rest = pointer[1:].partition("/")
    key = unescape(token)
    if not pointer or not isinstance(value, Mapping) or key not in value:
        return value
    if rest:
        return {**value, key: removed(value[key], slash + rest)}
    return {name: member for name, member in value.items() if name != key}


def without_vanished(value: Json, schema: Schema, scope: Scope) -> Json:
    """`value` without the members that `schema` holds to an expression that finds nothing."""
    if not isinstance(schema, Mapping) or not isinstance(value, Mapping):
        return value
    result = dict(value)
    for name, member in _properties(schema):
        if name not in result:
            continue
        if _vanished(member, scope):
            del result[name]
        else:
            result[name] = without_vanished(result[name], member, scope)
    return result


def _properties(schema: Mapping[str, Json]) -> Iterator[tuple[str, Schema]]:
    yield from schema.get("properties", {}).items()
    for branch in schema.get("allOf", ()):
        if isinstance(branch, Mapping):
            yield from _properties(branch)


def _vanished(schema: Schema, scope: Scope) -> bool:
    constant = schema.get("const") if isinstance(schema, Mapping) else None
    return isinstance(constant, str) and is_expression(constant) and evaluate(constant, scope) is UNRESOLVED
