"""Runtime expressions, read once: what a contract's text finds in one request after another.

`machine.expression` says what an expression means, and reads the text each time. A contract's own texts are the same
for every request, so here each becomes a function when it is first met. What is rarely asked is left to `evaluate`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from assay.machine.expression import MISSING, UNRESOLVED, Absence, Scope, evaluate, point, timestamp
from assay.model.pointer import escape, unescape
from assay.model.terms import Json

#: what an expression finds in a scope; UNRESOLVED when it finds nothing
Finder = Callable[[Scope], Json | Absence]

_BODY = re.compile(r"\$(request|response)\.body(?:#((?:/(?:[^/~]|~0|~1)*)*))?")
_LATER = re.compile(r"\$now([+-])([0-9]{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FIELD = re.compile(r"\$instance\.([A-Za-z_][A-Za-z0-9_-]*)")


@lru_cache(maxsize=4096)
def finder(text: str) -> Finder:
    """What `text` stands for, as `evaluate` has it."""
    if "$" not in text:
        return lambda _: text
    if text == "$now":
        return _now
    if later := _LATER.fullmatch(text):
        distance = timedelta(**{_UNITS[later[3]]: int(later[2])})
        return partial(_later, -distance if later[1] == "-" else distance)
    if field := _FIELD.fullmatch(text):
        return _id if field[1] == "id" else partial(_field, field[1])
    if body := _BODY.fullmatch(text):
        return partial(_request if body[1] == "request" else _response, tokens(body[2] or ""))
    return partial(evaluate, text)


def shown_at(text: str) -> tuple[str, ...] | None:
    """The way to what `text` stands for in an answer's body; None where it stands for anything else."""
    body = _BODY.fullmatch(text)
    return tokens(body[2] or "") if body is not None and body[1] == "response" else None


def tokens(pointer: str) -> tuple[str, ...]:
    """The parts of a JSON Pointer (RFC 6901)."""
    return tuple(map(unescape, pointer[1:].split("/"))) if pointer else ()


def at(value: Json, way: tuple[str, ...]) -> Json | Absence:
    """What those parts of a pointer find in `value`, or UNRESOLVED."""
    for token in way:
        value = value.get(token, UNRESOLVED) if type(value) is dict else point(value, f"/{escape(token)}")
        if value is UNRESOLVED:
            break
    return value


def written(moment: datetime) -> str:
    """The moment as `timestamp` writes it, sooner where it is in UTC already."""
    return f"{moment.isoformat()[:19]}Z" if moment.tzinfo is UTC else timestamp(moment)


def _now(scope: Scope) -> Json | Absence:
    return UNRESOLVED if scope.now is None else written(scope.now)


def _later(distance: timedelta, scope: Scope) -> Json | Absence:
    try:
        return UNRESOLVED if scope.now is None else written(scope.now + distance)
    except OverflowError:  # before year 1 or after year 9999 there is no date-time to name
        return UNRESOLVED


def _id(scope: Scope) -> Json | Absence:
    return UNRESOLVED if scope.instance is None or scope.instance.id is None else scope.instance.id


def _field(name: str, scope: Scope) -> Json | Absence:
    return UNRESOLVED if scope.instance is None else scope.instance.values.get(name, UNRESOLVED)


def _request(way: tuple[str, ...], scope: Scope) -> Json | Absence:
    facts = scope.request
    return UNRESOLVED if facts is None or facts.body is MISSING else at(facts.body, way)


def _response(way: tuple[str, ...], scope: Scope) -> Json | Absence:
    facts = scope.response
    return UNRESOLVED if facts is None or facts.body is MISSING else at(facts.body, way)
