"""What laws look at: which operation shows an instance, which of its values count, and how two sights differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from assay.laws.terms import Seen
from assay.machine.expression import MISSING, UNRESOLVED
from assay.model.contract import Api
from assay.model.equality import same
from assay.model.lifecycle import FieldKind, Law, Lifecycle
from assay.model.pointer import escape
from assay.model.terms import Json

#: methods that ask for nothing but an answer (RFC 9110 §9.2.1)
SAFE = frozenset({"get", "head", "options"})
_BRIEF = 80


def safe(api: Api, operation: str) -> bool:
    """True when the operation's method is safe (RFC 9110 §9.2.1)."""
    return api.operation(operation).method.lower() in SAFE


def carries(api: Api, cycle: Lifecycle, operation: str) -> bool:
    """True when requests of that operation name an instance of the lifecycle."""
    if operation == cycle.created_by or operation not in cycle.operations:
        return False
    return any(parameter.name in cycle.carried_in for parameter in api.operation(operation).parameters)


def reader(api: Api, cycle: Lifecycle, law: Law) -> str | None:
    """The operation that shows an instance: the law's `read`, else the first safe one of the table that carries it."""
    named = law.parameters.get("read")
    if isinstance(named, str):
        return named
    return next((o for o in cycle.operations if carries(api, cycle, o) and safe(api, o)), None)


def writers(api: Api, cycle: Lifecycle) -> tuple[str, ...]:
    """The operations of the table that carry an instance and are not safe, in its order."""
    return tuple(o for o in cycle.operations if carries(api, cycle, o) and not safe(api, o))


def ignored(cycle: Lifecycle, law: Law, operation: str) -> frozenset[str]:
    """JSON Pointers into that operation's answer that are never compared: `volatile` fields, and the law's `ignore`."""
    volatile = {
        field.at[operation].removeprefix("$response.body#")
        for field in cycle.fields
        if field.kind is FieldKind.VOLATILE and field.at.get(operation, "").startswith("$response.body#")
    }
    return frozenset(volatile | set(law.parameters.get("ignore", ())))


def success(status: int | None) -> bool:
    """True for a 2xx (RFC 9110 §15.3)."""
    return status is not None and 200 <= status < 300


def shows(seen: Seen) -> bool:
    """True when the step succeeded and its answer can be compared with others.

    What it shows may be wrong in itself (a promise or a remembered field says so already): two answers that disagree
    disagree all the same. Any other fault makes it unfit.
    """
    return success(seen.status) and all("/promise/" in c or "/field/" in c for c in seen.broken)


def place(text: str) -> str:
    """A parameter that names a place in a body as a JSON Pointer: `#/id`, `/id` and `id` are the same place."""
    bare = text.removeprefix("#")
    return bare if not bare or bare.startswith("/") else f"/{bare}"


def difference(
    one: Json, other: Json, but: frozenset[str] = frozenset(), pointer: str = ""
) -> tuple[str, str] | None:
    """The first place (JSON Pointer) where two JSON values differ, and how; None when they are equal but for `but`.

    1 and 1.0 are one number, true and 1 are not (JSON Schema 2020-12, core §4.2.2).
    """
    return next(_differences(one, other, but, pointer), None)


def _differences(one: Json, other: Json, but: frozenset[str], pointer: str) -> Iterator[tuple[str, str]]:
    if pointer in but:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in (*one, *(n for n in other if n not in one)):
            place = f"{pointer}/{escape(name)}"
            if place in but:
                continue
            if name not in other:
                yield place, f"{place} was {brief(one[name])} and is missing now"
            elif name not in one:
                yield place, f"{place} was missing and is {brief(other[name])} now"
            else:
                yield from _differences(one[name], other[name], but, place)
        return
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from _differences(a, b, but, f"{pointer}/{index}")
        return
    if not same(one, other):
        yield pointer, f"{pointer or 'the body'} was {brief(one)} and is {brief(other)} now"


def sight(
    before: Seen, after: Seen, but: frozenset[str], headers: tuple[str, ...] = ()
) -> tuple[str, str] | None:
    """How two answers about one thing differ, in status, body or these headers: place and words; None: not at all."""
    if before.status != after.status:
        return "status", f"it answered {before.status} before and {after.status} now"
    if (found := difference(before.body, after.body, but)) is not None:
        return found
    for name in headers:
        one, other = before.headers.get(name.lower()), after.headers.get(name.lower())
        if one != other:
            return f"header {name}", f"{name} was {brief(one)} and is {brief(other)} now"
    return None


def in_body(place: str) -> str:
    """The place of a difference as a JSON Pointer into the body; empty for one in status or headers."""
    return place if place.startswith("/") else ""


def brief(value: Json) -> str:
    """A value in a few characters, for messages."""
    if value is MISSING:
        return "no JSON"
    if value is UNRESOLVED:
        return "nothing"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _BRIEF else text[: _BRIEF - 3] + "..."
