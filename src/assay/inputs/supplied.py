"""Values that no schema tells (`x-supplied`): where a request has them, and what stands for one yet to be made.

A target's configuration names such values, or an instance of another lifecycle gives them: a *prerequisite*. A request
that needs one refers to it (`Case.refs`), and the reference is found again by its wording: `reference` writes it, and
`made` recognises it, so that the classifier knows a value made for this very request from one that somebody made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assay.inputs.constraints import json_content
from assay.model.case import BodyKind, Case
from assay.model.contract import Api, Json, Operation, Parameter, Schema
from assay.model.pointer import escape

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("then", "else")
_PLAIN = re.compile(r"[A-Za-z0-9-]")
_INSTANCE = "$instance."
_SYMBOL = re.compile(r"\$instances\.([A-Za-z0-9_-]+)\.")
#: between a name and its subject: no name is spelled so
_FOR = "_for_"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a request where the contract wants a supplied value."""

    #: as in `Case.refs`: `path.avatarId`, `body#/avatar/id`
    place: str
    #: the key in `supplies`
    name: str
    #: what stands there now
    value: Json


def spots(api: Api, operation: Operation, case: Case) -> Iterator[Spot]:
    """The places of this very request that want a supplied value, each once; the subject's own id is none of them."""
    seen: set[str] = set()
    for spot in _all(api, operation, case):
        if spot.place not in seen:
            seen.add(spot.place)
            yield spot


def _all(api: Api, operation: Operation, case: Case) -> Iterator[Spot]:
    carried = _carried(api, operation)
    for parameter in operation.parameters:
        if parameter.supplied is None or (parameter.name, parameter.location) in carried:
            continue
        values = _values(parameter, case)
        if parameter.name in values:
            place = f"{parameter.location}.{parameter.name}"
            yield Spot(place, parameter.supplied, values[parameter.name])
    content = json_content(operation)
    if content is not None and case.body.kind is BodyKind.JSON:
        yield from _inside(content.schema, case.body.value, "body#", api.resolve)


def names(api: Api, operation: Operation) -> frozenset[str]:
    """Every supplied value that some request of the operation may want."""
    carried = _carried(api, operation)
    found = {
        parameter.supplied
        for parameter in operation.parameters
        if parameter.supplied is not None and (parameter.name, parameter.location) not in carried
    }
    content = json_content(operation)
    return frozenset(found | (set(_named(content.schema, api.resolve)) if content is not None else set()))


def made(api: Api, operation: Operation, case: Case) -> Iterator[tuple[Spot, str]]:
    """The places whose value is that of an instance made for such requests, each with that instance's symbol."""
    if not api.prerequisites or not case.refs:
        return
    for spot in spots(api, operation, case):
        if spot.name not in api.prerequisites or spot.place not in case.refs:
            continue
        told = case.refs[spot.place]
        found = _SYMBOL.search(told)
        if found and _named_after(found[1], spot.name) and told == reference(api, spot.name, found[1]):
            yield spot, found[1]


def reference(api: Api, name: str, known_as: str) -> str:
    """The text in `Case.refs` that stands for the supplied value of that name, of the instance with that symbol."""
    return api.prerequisites[name].value.replace(_INSTANCE, f"$instances.{known_as}.")


def symbol(name: str, subject: str) -> str:
    """What the instance that gives a supplied value is called in a history, by the subject it is made for.

    All requests about one subject share it: what was needed to make a thing is named again in the URLs below it. Two
    things share none, for the first may use it up; unless a list of both is asked for, or one lies in the other.
    """
    return f"{_kept(name)}{_FOR}{subject}" if subject else _kept(name)


def owner_of(known_as: str, name: str) -> str | None:
    """The subject for which what is called so was made, where it was made to give that supplied value."""
    if known_as == _kept(name):
        return ""
    before = f"{_kept(name)}{_FOR}"
    return known_as.removeprefix(before) if known_as.startswith(before) else None


def in_path(api: Api, operation: Operation) -> frozenset[str]:
    """The supplied values that every request of the operation has in its path."""
    carried = _carried(api, operation)
    return frozenset(
        parameter.supplied
        for parameter in operation.parameters
        if parameter.supplied is not None
        and parameter.location == "path"
        and (parameter.name, parameter.location) not in carried
    )


def _named_after(known_as: str, name: str) -> bool:
    return known_as == _kept(name) or known_as.startswith(f"{_kept(name)}{_FOR}")


def _kept(name: str) -> str:
    """The name without characters that references have not; other names stay other names."""
    return "".join(c if _PLAIN.match(c) else f"_{ord(c):x}_" for c in name)


def _carried(api: Api, operation: Operation) -> set[tuple[str, str]]:
    """The parameters, by name and location, that the subject's own id goes into."""
    cycle = api.lifecycle_of(operation.id)
    return set(cycle.carried_in.items()) if cycle is not None and operation.id != cycle.created_by else set()


def _values(parameter: Parameter, case: Case) -> Mapping[str, Json]:
    match parameter.location:
        case "path":
            return case.path
        case "query":
            return case.query
        case "cookie":
            return case.cookies
        case _:
            # names of header fields are compared without case (RFC 9110 §5.1)
            wanted = parameter.name.lower()
            sent = [value for name, value in case.headers.items() if name.lower() == wanted]
            return {parameter.name: sent[-1]} if sent else {}


def _inside(schema: Schema, value: Json, place: str, resolve: Callable[[Schema], Schema]) -> Iterator[Spot]:
    if not isinstance(schema, Mapping):
        return
    if "x-supplied" in schema:
        yield Spot(place, schema["x-supplied"], value)
        return
    for inner in _beside(schema, resolve):
        yield from _inside(inner, value, place, resolve)
    if isinstance(value, Mapping):
        for name, member in value.items():
            for inner in _of_member(schema, name):
                yield from _inside(inner, member, f"{place}/{escape(name)}", resolve)
    elif isinstance(value, list):
        first = schema.get("prefixItems", ())
        for index, item in enumerate(value):
            inner = first[index] if index < len(first) else schema.get("items", True)
            yield from _inside(inner, item, f"{place}/{index}", resolve)


def _named(schema: Schema, resolve: Callable[[Schema], Schema]) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    if "x-supplied" in schema:
        yield schema["x-supplied"]
        return
    inner = [*_beside(schema, resolve), *schema.get("properties", {}).values()]
    inner += [*schema.get("patternProperties", {}).values(), *schema.get("prefixItems", ())]
    inner += [schema[key] for key in ("items", "additionalProperties") if key in schema]
    for one in inner:
        yield from _named(one, resolve)


def _beside(schema: Mapping[str, Json], resolve: Callable[[Schema], Schema]) -> Iterator[Schema]:
    """Other schemas for the same value. References lead to no cycle: the loader has refused those."""
    if "$ref" in schema:
        yield resolve({"$ref": schema["$ref"]})
    for key in _BRANCHES:
        yield from schema.get(key, ())
    yield from (schema[key] for key in _CONDITIONAL if key in schema)


def _of_member(schema: Mapping[str, Json], name: str) -> Iterator[Schema]:
    """The schemas for the member of that name (JSON Schema 2020-12, core §10.3.2)."""
    named = [inner for pattern, inner in schema.get("patternProperties", {}).items() if _fits(pattern, name)]
    if name in schema.get("properties", {}):
        named.append(schema["properties"][name])
    yield from named or ([schema["additionalProperties"]] if "additionalProperties" in schema else ())


def _fits(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:  # a pattern that ECMA-262 has and Python has not
        return False
