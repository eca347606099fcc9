"""Changing a JSON value: an example's id replaced, a merge patch laid over, a value set at a pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from functools import partial
from typing import Final

from assay.machine.expression import UNRESOLVED, Scope, evaluate, is_expression, substitute
from assay.machine.predicate import has_expressions
from assay.mock.found import finder
from assay.model.pointer import unescape
from assay.model.terms import Json, Schema

#: shorter texts occur by accident, so they are only replaced where they stand alone
_TELLING: Final = 6
_KEEP: Final = object()


#: what a patch makes of a value in view of a request; the value itself where it changes nothing
Laid = Callable[[Json, Scope], Json]
#: an example with its texts replaced: those of the first mapping where they stand alone, of the second anywhere
Dressed = Callable[[Mapping[str, Json], Mapping[str, str]], Json]


def overlay(value: Json, patch: Json, scope: Scope) -> Json:
    """`value` under a JSON Merge Patch (RFC 7396) whose values may be runtime expressions.

    What an expression finds is put in whole, and not merged itself: an echoed object is that object. An
    expression that finds nothing changes nothing.
    """
    return laid(patch)(value, scope)


def laid(patch: Json) -> Laid:
    """`overlay` with that patch, whose expressions are read once."""
    if isinstance(patch, str):
        find = finder(patch)
        return lambda value, scope: value if (found := find(scope)) is UNRESOLVED else found
    if not isinstance(patch, Mapping):
        if has_expressions(patch):
            return lambda value, scope: value if (found := substitute(patch, scope)) is UNRESOLVED else found
        return lambda _value, _scope: patch
    changes = tuple((name, None if change is None else laid(change)) for name, change in patch.items())
    return lambda value, scope: _merged(value, changes, scope)


def _merged(value: Json, changes: tuple[tuple[str, Laid | None], ...], scope: Scope) -> Json:
    """The value with those members changed; a member whose change is None goes."""
    before = value if isinstance(value, Mapping) else {}
    result: dict[str, Json] | None = None if changes else dict(before)
    for name, change in changes:
        was = before.get(name, _KEEP)
        after = _KEEP if change is None else change(was, scope)
        if change is not None and after is was:
            continue
        if result is None:
            result = dict(before)
        if change is None or after is None:
            result.pop(name, None)
        else:
            result[name] = after
    return value if result is None else result


def dress(value: Json, exact: Mapping[str, Json], inside: Mapping[str, str]) -> Json:
    """`value` with strings replaced: the keys of `exact` where they stand alone, of `inside` anywhere."""
    dressed = dressing(value, exact.keys(), inside.keys())
    return value if dressed is None else dressed(exact, inside)


def dressing(value: Json, exact: Set[str], inside: Set[str]) -> Dressed | None:
    """How `dress` changes that value, its strings looked through once; None when it changes nothing."""
    if isinstance(value, str):
        if value in exact:
            return lambda alone, _: alone[value]
        within = [old for old in inside if len(old) >= _TELLING and old in value]
        return partial(_replaced, value, within) if within else None
    if isinstance(value, Mapping):
        members = [(name, d) for name, m in value.items() if (d := dressing(m, exact, inside)) is not None]
        if not members:
            return None
        return lambda alone, any_: {**value, **{name: dressed(alone, any_) for name, dressed in members}}
    if isinstance(value, list):
        elements = [(element, dressing(element, exact, inside)) for element in value]
        if all(dressed is None for _, dressed in elements):
            return None
        return lambda alone, any_: [e if dressed is None else dressed(alone, any_) for e, dressed in elements]
    return None


def _replaced(text: str, within: list[str], _: Mapping[str, Json], inside: Mapping[str, str]) -> str:
    for old in within:
        text = text.replace(old, inside[old])
    return text


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
