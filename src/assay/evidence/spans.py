"""Where in a JSON text the values of some places stand. The text stays as it was sent, but for them.

What is cut or malformed is evidence too: up to there places are known, and after it members are known by the names that
the places end with, wherever they stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assay.evidence.rules import Path
from assay.model.terms import Json

_BLANK = re.compile(r"[ \t\r\n]*")
_VALUE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[^\s,:\]}"]+', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)
#: levels that are looked into
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Span:
    """A value in a text."""

    start: int
    end: int
    #: the name of the member it is, or the last name on the way to it
    name: str
    value: Json
    #: True where it becomes a pseudonym
    personal: bool


#: what is left of a way, and whether its end is personal
_Ways = Sequence[tuple[Path, bool]]


class _Torn(Exception):
    """From here on it is no JSON."""

    def __init__(self, at: int) -> None:
        self.at = at


def spans(text: str, places: _Ways) -> list[Span]:
    """The values at these places, in the order of the text; none within another."""
    found: list[Span] = []
    try:
        _value(text, _blank(text, 0), "", places, found, 0)
    except _Torn as torn:
        found += _named(text, max(torn.at, found[-1].end if found else 0), places)
    return found


def _value(text: str, at: int, name: str, ways: _Ways, found: list[Span], depth: int) -> int:
    """Takes note of what is there; where the value ends."""
    ended = [personal for path, personal in ways if not path]
    if ended:
        return _end(text, at, name, found, personal=all(ended))
    first = text[at : at + 1]
    if first not in {"{", "["} or not ways or depth > _DEEPEST:
        return _skipped(text, at)
    closing = "}" if first == "{" else "]"
    at = _blank(text, at + 1)
    index = 0
    while text[at : at + 1] != closing:
        key = str(index)
        if closing == "}":
            key, at = _key(text, at)
        at = _value(text, at, key if closing == "}" else name, _onward(ways, key), found, depth + 1)
        at = _blank(text, at)
        if text[at : at + 1] == ",":
            at = _blank(text, at + 1)
        elif text[at : at + 1] != closing:
            raise _Torn(at)
        index += 1
    return at + 1


def _end(text: str, at: int, name: str, found: list[Span], *, personal: bool) -> int:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        # nobody can tell where it ends
        if text[at:]:
            found.append(Span(at, len(text), name, text[at:], personal))
        raise _Torn(len(text)) from None
    if value is not None:
        found.append(Span(at, end, name, value, personal))
    return end


def _skipped(text: str, at: int) -> int:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        raise _Torn(at) from None


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise _Torn(at)
    try:
        key, end = _DECODER.raw_decode(text, at)
    except ValueError:
        raise _Torn(at) from None
    end = _blank(text, end)
    if text[end : end + 1] != ":":
        raise _Torn(at)
    return str(key), _blank(text, end + 1)


def _onward(ways: _Ways, key: str) -> list[tuple[Path, bool]]:
    """What is left of each way behind that member."""
    further: dict[tuple[Path, bool], None] = {}
    for path, personal in ways:
        waiting = [path]
        while waiting:
            rest = waiting.pop()
            if rest[0] == "**":
                further[rest, personal] = None
                waiting.append(rest[1:])
            elif rest[0] in {"*", key}:
                further[rest[1:], personal] = None
    return list(further)


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _named(text: str, at: int, places: _Ways) -> list[Span]:
    """The values of members that are called as the places end, from there on."""
    names = {path[-1]: personal for path, personal in reversed(places) if path[-1] != "*"}
    found: list[Span] = []
    done = at
    for name, personal in names.items():
        for key in re.finditer(rf"{re.escape(json.dumps(name))}\s*:\s*", text[at:]):
            start = at + key.end()
            value = _VALUE.match(text, start)
            if value is not None and value[0] != "null":
                end = len(text) if value[0][:1] in {"{", "["} else value.end()
                found.append(Span(start, end, name, value[0].strip('"'), personal))
    kept = []
    for span in sorted(found, key=lambda span: span.start):
        if span.start >= done:
            kept.append(span)
            done = span.end
    return kept
