"""Runtime expressions: how a contract speaks of values that are known only once a request was made.

An expression (OpenAPI 3.1 §4.8.20.4, and our `$instance.…`, `$now`) finds one value in a `Scope`: the
request, the response, the instance, the present.

* A string that is exactly an expression stands for the value found, of any JSON type.
* `{$…}` inside a longer string is replaced by the text of the value found.
* An expression that finds nothing makes the object member that holds it vanish: no value, no constraint.
* A string that merely begins with `$` is itself.

Values that were found are never searched for expressions again: what a request sends cannot reach for more.

A text is read once, and what it says is kept (`reader`): texts are the contract's, so there are few of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache

from assay.machine.rule import Rule, RuleError, compile_rule
from assay.machine.scope import (
    MISSING,
    UNRESOLVED,
    Absence,
    InstanceFacts,
    RequestFacts,
    ResponseFacts,
    Scope,
)
from assay.model.pointer import unescape
from assay.model.terms import Json, Schema

__all__ = [
    "MISSING",
    "UNRESOLVED",
    "Absence",
    "InstanceFacts",
    "Reader",
    "RequestFacts",
    "ResponseFacts",
    "Rule",
    "RuleError",
    "Scope",
    "compile_rule",
    "evaluate",
    "filled_in",
    "is_expression",
    "parse_problem",
    "point",
    "reader",
    "substitute",
    "timestamp",
]

#: RFC 9110 §5.6.2
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - a grammar rule
#: RFC 6901 §3
_POINTER = r"(?:/(?:[^/~]|~0|~1)*)*"
_EXPRESSION = re.compile(
    rf"""\$(?:
        (?P<whole>method|url|statusCode)
      | (?P<message>request|response)\.(?:
            header\.(?P<header>{_TOKEN})
          | (?P<part>query|path)\.(?P<name>[^{{}}]+)
          | body(?:\#(?P<pointer>{_POINTER}))?
        )
      | instance\.(?P<field>[A-Za-z_][A-Za-z0-9_-]*)
      | now(?:(?P<sign>[+-])(?P<amount>[0-9]{{1,9}})(?P<unit>[smhd]))?
    )""",
    re.VERBOSE | re.DOTALL,
)
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_HEADS = ("$method", "$url", "$statusCode", "$request", "$response", "$instance", "$now")
#: the keyword whose value is a regular expression
_PATTERN = "pattern"
_SYNTAX = re.compile(r"[\\^$.*+?()\[\]{}|]")
_PARTS = {
    "$request": ("body", "header", "path", "query"),
    "$response": ("body", "header"),
}


def is_expression(text: str) -> bool:
    """True when `text` is exactly one runtime expression, nothing around it."""
    return _match(text) is not None


def _match(text: str) -> re.Match[str] | None:
    found = _EXPRESSION.fullmatch(text)
    # a response has no path or query of its own
    return None if found is None or (found["message"] == "response" and found["part"]) else found


def evaluate(text: str, scope: Scope) -> Json | Absence:
    """The value that `text` stands for in `scope`, or UNRESOLVED when an expression in it finds nothing.

    An exact expression gives the value found, of any JSON type; a text with `{$…}` inside gives a string; any
    other text is itself.
    """
    return reader(text)(scope)


#: finds in a scope what a text stands for
Reader = Callable[[Scope], Json | Absence]


@lru_cache(maxsize=4096)
def reader(text: str, *, pattern: bool = False) -> Reader:
    """What `evaluate` does for that text, its grammar looked at once.

    In a `pattern` what is found inside it stands for itself, whatever its characters mean in regular expressions.
    """
    exact = _match(text)
    if exact is not None:
        return _finder(exact)
    pieces: list[str | Reader] = []
    end = 0
    for embedded in _EMBEDDED.finditer(text):
        inner = _match(embedded[1])
        if inner is not None:
            pieces += (text[end : embedded.start()], _finder(inner))
            end = embedded.end()
    if not pieces:
        return lambda _: text
    pieces.append(text[end:])
    written = _literal if pattern else str
    return lambda scope: _joined(pieces, scope, written)


def _literal(text: str) -> str:
    """A regular expression (ECMA 262 §22.2.1) that fits that text and no other."""
    return _SYNTAX.sub(r"\\\g<0>", text)


def _joined(pieces: Sequence[str | Reader], scope: Scope, written: Callable[[str], str]) -> str | Absence:
    parts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            parts.append(piece)
            continue
        value = piece(scope)
        if value is UNRESOLVED:
            return UNRESOLVED
        parts.append(written(_as_text(value)))
    return "".join(parts)


def substitute(value: Json, scope: Scope) -> Json:
    """`value` (a JSON value or schema) with every expression in it replaced by what it finds in `scope`.

    An object member whose value finds nothing vanishes; an array element likewise, and an array that loses
    all its elements so (an `enum` of nothing would forbid everything). When `value` itself finds nothing, the
    result is UNRESOLVED.
    """
    if isinstance(value, str):
        return evaluate(value, scope) if "$" in value else value
    if isinstance(value, Mapping):
        members = ((key, substitute(member, scope)) for key, member in value.items())
        return {key: member for key, member in members if member is not UNRESOLVED}
    if isinstance(value, Sequence):
        elements = [substitute(element, scope) for element in value]
        kept = [element for element in elements if element is not UNRESOLVED]
        return UNRESOLVED if elements and not kept else kept
    return value


def filled_in(schema: Schema, scope: Scope) -> Schema | Absence:
    """`substitute` for a schema: what stands inside a `pattern` is found as it is written."""
    if isinstance(schema, Mapping):
        members = ((key, _filled(key, member, scope)) for key, member in schema.items())
        return {key: member for key, member in members if member is not UNRESOLVED}
    if isinstance(schema, str) or not isinstance(schema, Sequence):
        return substitute(schema, scope)
    elements = [filled_in(element, scope) for element in schema]
    kept = [element for element in elements if element is not UNRESOLVED]
    return UNRESOLVED if elements and not kept else kept


def _filled(key: str, member: Json, scope: Scope) -> Json | Absence:
    if key == _PATTERN and isinstance(member, str):
        return reader(member, pattern=True)(scope) if "$" in member else member
    return filled_in(member, scope)


def point(value: Json, pointer: str) -> Json | Absence:
    """What a JSON Pointer (RFC 6901) finds in `value`, or UNRESOLVED."""
    if not pointer:
        return value
    if not pointer.startswith("/"):
        return UNRESOLVED
    return _at(value, _keys(pointer))


def _keys(pointer: str) -> tuple[str, ...]:
    """The names that a pointer leads through."""
    return tuple(unescape(token) for token in pointer[1:].split("/")) if pointer else ()


def _at(value: Json, keys: tuple[str, ...]) -> Json | Absence:
    for key in keys:
        # what JSON texts are parsed to is a `dict`: that question costs nothing, the general one does
        if isinstance(value, dict) or (not isinstance(value, list) and isinstance(value, Mapping)):
            if key not in value:
                return UNRESOLVED
            value = value[key]
        elif isinstance(value, list) or (isinstance(value, Sequence) and not isinstance(value, str)):
            if not _INDEX.fullmatch(key) or int(key) >= len(value):
                return UNRESOLVED
            value = value[int(key)]
        else:
            return UNRESOLVED
    return value


def timestamp(moment: datetime) -> str:
    """A date-time as RFC 3339 §5.6 writes it, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _finder(found: re.Match[str]) -> Reader:
    if found["field"]:
        name = found["field"]
        return lambda scope: _of_instance(name, scope.instance)
    if found["message"]:
        in_request = found["message"] == "request"
        if not found["header"] and not found["part"]:
            return _in_body(_keys(found["pointer"] or ""), in_request=in_request)
        of_message = _of_message(found)
        return lambda scope: of_message(scope.request if in_request else scope.response)
    match found["whole"]:
        case "method":
            return lambda scope: scope.request.method if scope.request else UNRESOLVED
        case "url":
            return lambda scope: scope.request.url if scope.request else UNRESOLVED
        case "statusCode":
            return lambda scope: scope.response.status if scope.response else UNRESOLVED
    return lambda scope: _moment(found, scope.now)


def _of_instance(name: str, instance: InstanceFacts | None) -> Json | Absence:
    if instance is None:
        return UNRESOLVED
    if name == "id":
        return UNRESOLVED if instance.id is None else instance.id
    return instance.values.get(name, UNRESOLVED)


def _of_message(found: re.Match[str]) -> Callable[[RequestFacts | ResponseFacts | None], Json | Absence]:
    """Finds a header or a parameter."""
    if found["header"]:
        header = found["header"].lower()
        return lambda message: UNRESOLVED if message is None else message.headers.get(header, UNRESOLVED)
    in_path, name = found["part"] == "path", found["name"]

    def parameter(message: RequestFacts | ResponseFacts | None) -> Json | Absence:
        if not isinstance(message, RequestFacts):
            return UNRESOLVED
        return (message.path if in_path else message.query).get(name, UNRESOLVED)

    return parameter


def _in_body(keys: tuple[str, ...], *, in_request: bool) -> Reader:
    """Finds a place in the body. Most expressions do, and most bodies are objects all the way down."""

    def place(scope: Scope) -> Json | Absence:
        message = scope.request if in_request else scope.response
        if message is None or message.body is MISSING:
            return UNRESOLVED
        value = message.body
        for key in keys:
            if value is None:
                return UNRESOLVED
            if type(value) is not dict:
                return _at(message.body, keys)
            if key not in value:
                return UNRESOLVED
            value = value[key]
        return value

    return place


def _moment(found: re.Match[str], now: datetime | None) -> str | Absence:
    if now is None:
        return UNRESOLVED
    if not found["amount"]:
        return timestamp(now)
    distance = timedelta(**{_UNITS[found["unit"]]: int(found["amount"])})
    try:
        return timestamp(now - distance if found["sign"] == "-" else now + distance)
    except OverflowError:  # before year 1 or after year 9999 there is no date-time to name
        return UNRESOLVED


def _as_text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parse_problem(text: str) -> str | None:
    """Why `text`, or an expression embedded in it, is no expression although it looks meant as one, or None.

    One sentence, with the spelling that was probably meant. A `$5` is fine: it is a literal.
    """
    if text.startswith("$"):
        return None if _match(text) else _misspelt(text)
    for embedded in _EMBEDDED.finditer(text):
        if _match(embedded[1]) is None and (problem := _misspelt(embedded[1])):
            return problem
    return None


def _misspelt(text: str) -> str | None:
    head = re.match(r"\$[A-Za-z]*", text)
    word = head[0] if head else text
    if word not in _HEADS:
        close = get_close_matches(word, _HEADS, n=1, cutoff=0.75)
        return (
            f"Cannot read «{text}»: because «{word}» is unknown. Did you mean «{close[0]}»?"
            if close
            else None
        )
    rest = text[len(word) :]
    because = _because(word, rest)
    return f"Cannot read «{text}»: because {because}"


def _because(head: str, rest: str) -> str:
    if head == "$now":
        return "after $now comes nothing, or a distance. Write for example $now+10m (units s, m, h, d)."
    if head == "$instance":
        return "$instance needs a field. Write $instance.id or $instance.FIELD."
    parts = _PARTS.get(head)
    if parts is None:
        return f"nothing may follow {head}. Write {head} alone."
    part = re.match(r"\.?([A-Za-z]*)", rest)
    name = part[1] if part else ""
    if name not in parts:
        close = get_close_matches(name, parts, n=1)
        choice = close or parts
        return f"«{name}» is no part of {head}. Did you mean {' or '.join(f'{head}.{p}' for p in choice)}?"
    if name == "body":
        return f"what follows {head}.body is no JSON Pointer (RFC 6901). Write {head}.body#/name."
    return f"{head}.{name} needs a name. Write {head}.{name}.NAME."
