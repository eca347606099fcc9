r"""A text that matches a regular expression, for the modest expressions that contracts hold.

Understood (ECMA-262, as JSON Schema 2020-12 asks): literals, escapes, `.`, classes with ranges and negation,
groups, alternatives, `* + ? {n,m}` and the anchors `^ $` at the ends. Not understood: look-around,
back-references, anchors in the middle, `\p{…}`. Whatever is made is validated by whoever asked for it, so a
wrong guess cannot pass for right.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

#: longer texts, and longer expressions, are not attempted
_LONGEST = 100_000
_LONGEST_PATTERN = 1_000
_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
_CLASSES = {
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_",
    "s": " \t\n",
    "D": "".join(c for c in _PRINTABLE if not c.isdigit()),
    "W": "".join(c for c in _PRINTABLE if not (c.isalnum() or c == "_")),
    "S": "".join(c for c in _PRINTABLE if c != " "),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}


class PatternError(ValueError):
    """The expression holds something not understood here, or no text of the wanted length was found."""


@dataclass(frozen=True, slots=True)
class _Chars:
    """One character out of several."""

    choice: str


@dataclass(frozen=True, slots=True)
class _Repeat:
    node: _Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class _Either:
    """Alternatives, each a sequence."""

    branches: tuple[tuple[_Node, ...], ...]


_Node = _Chars | _Repeat | _Either


def matching(pattern: str, pick: Callable[[int], int], least: int = 0, most: int = _LONGEST) -> str:
    """A text that `pattern` matches, `least` to `most` characters long; `pick(n)` chooses below n.

    Raises `PatternError`.
    """
    if len(pattern) > _LONGEST_PATTERN:
        raise PatternError(f"«{pattern[:40]}…» is too long an expression")
    tree = _tree(pattern)
    for extra in _extras(least):
        if _length(tree, extra) > _LONGEST:
            continue
        text = "".join(_write(tree, pick, extra))
        if least <= len(text) <= most:
            return text
    raise PatternError(f"no text of {least} to {most} characters was found for «{pattern}»")


@lru_cache(maxsize=256)
def _tree(pattern: str) -> _Node:
    """The expression, read. Raises `PatternError`."""
    return _Parser(pattern).parse()


def _extras(least: int) -> Iterator[int]:
    """How many repetitions to add to the fewest: a few, none, then ever more until it is enough."""
    yield from (3, 0, 1, 2)
    extra = 4
    while extra < least:
        yield extra
        extra *= 2
    if least:
        yield from (least, max(0, least - 1), max(0, least - 2))


def _write(node: _Node, pick: Callable[[int], int], extra: int) -> Iterator[str]:
    match node:
        case _Chars(choice):
            yield choice[pick(len(choice))]
        case _Either(branches):
            for part in branches[pick(len(branches))]:
                yield from _write(part, pick, extra)
        case _Repeat(inner, least, most):
            for _ in range(_times(least, most, extra)):
                # inside a repetition the fewest will do, or the length would explode
                yield from _write(inner, pick, 0)


def _times(least: int, most: int | None, extra: int) -> int:
    return least + extra if most is None else min(most, least + extra)


def _length(node: _Node, extra: int) -> int:
    """The most characters that `_write` would write."""
    match node:
        case _Chars():
            return 1
        case _Either(branches):
            return max(sum(_length(part, extra) for part in branch) for branch in branches)
        case _Repeat(inner, least, most):
            return _times(least, most, extra) * _length(inner, 0)


class _Parser:
    """Recursive descent over the expression's characters."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0

    def parse(self) -> _Node:
        node = self._either(top=True)
        if self._at < len(self._text):
            raise self._unknown()
        return node

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise self._unknown()
        self._at += 1
        return char

    def _skip(self, literal: str) -> bool:
        if self._text.startswith(literal, self._at):
            self._at += len(literal)
            return True
        return False

    def _unknown(self) -> PatternError:
        return PatternError(f"«{self._text}» is not understood at position {self._at + 1}")

    def _either(self, *, top: bool = False) -> _Node:
        branches = [self._sequence(top=top)]
        while self._skip("|"):
            branches.append(self._sequence(top=top))
        return _Either(tuple(branches))

    def _sequence(self, *, top: bool) -> tuple[_Node, ...]:
        nodes: list[_Node] = []
        if top:
            self._skip("^")
        while self._peek() not in ("", "|", ")"):
            if top and self._peek() == "$" and self._text[self._at + 1 : self._at + 2] in ("", "|"):
                self._at += 1
                break
            nodes.append(self._quantified())
        return tuple(nodes)

    def _quantified(self) -> _Node:
        node = self._atom()
        bounds = self._bounds()
        if bounds is None:
            return node
        self._skip("?")  # lazy: the same texts match
        return _Repeat(node, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._skip(sign):
                return bounds
        if not self._skip("{"):
            return None
        inner, closed, _ = self._text[self._at :].partition("}")
        least, comma, most = inner.partition(",")
        if not closed or not least.isdigit() or not (most.isdigit() or not most) or len(inner) > 12:
            raise self._unknown()
        self._at += len(inner) + 1
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None

    def _atom(self) -> _Node:
        char = self._take()
        match char:
            case "(":
                return self._group()
            case "[":
                return _Chars(self._class())
            case ".":
                return _Chars(string.ascii_lowercase)
            case "\\":
                return _Chars(self._escape())
            case "^" | "$" | "*" | "+" | "?" | "{" | ")":
                raise self._unknown()
        return _Chars(char)

    def _group(self) -> _Node:
        if self._skip("?") and not self._skip(":"):
            if not self._skip("<") or self._peek() in ("=", "!", ""):
                raise self._unknown()
            self._at = self._text.find(">", self._at) + 1 or len(self._text)
        node = self._either()
        if not self._skip(")"):
            raise self._unknown()
        return node

    def _escape(self) -> str:
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char in "xu":
            return self._code(2 if char == "x" else 4)
        if char.isalnum():
            raise self._unknown()
        return char

    def _code(self, digits: int) -> str:
        code = self._text[self._at : self._at + digits]
        if len(code) < digits or set(code) - set(string.hexdigits):
            raise self._unknown()
        self._at += digits
        return chr(int(code, 16))

    def _class(self) -> str:
        negated = self._skip("^")
        chars: dict[str, None] = {}
        while not self._skip("]"):
            first = self._member()
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                last = self._member()
                if len(first) != 1 or len(last) != 1 or ord(last) < ord(first):
                    raise self._unknown()
                # a few hundred characters of a range are choice enough
                first = "".join(chr(c) for c in range(ord(first), min(ord(last), ord(first) + 255) + 1))
            chars.update(dict.fromkeys(first))
        choice = "".join(c for c in _PRINTABLE if c not in chars) if negated else _readable(chars)
        if not choice:
            raise self._unknown()
        return choice

    def _member(self) -> str:
        char = self._take()
        return self._escape() if char == "\\" else char


def _readable(chars: dict[str, None]) -> str:
    """The letters and digits of a class if it has any, else all of it: nicer to read, and safe in a URL."""
    plain = "".join(c for c in chars if c.isascii() and c.isalnum())
    return plain or "".join(chars)
