"""Finding known secrets in text, in whatever spelling they come back.

Each character of a secret may stand as itself, percent-encoded (RFC 3986 §2.1), as a JSON escape (RFC 8259
§7) or as an HTML character reference, in any mix; what is written so may be percent-encoded once more, as an id is that
a target has made of it and that becomes part of a URL. The whole may stand base64-encoded (RFC 4648 §4, §5) at any
of the three alignments, as in `Basic` credentials that hold the secret after a user name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from assay.evidence.marks import TOKEN, mark

#: shorter secrets are only found where they stand alone: «12» would otherwise blot out half of every number
SHORTEST = 4
#: fewer characters of a secret give nothing away
_HALF = 3
#: characters that are looked for before the whole secret is
_BEGINNING = 8
#: lengths of a half that are one pattern
_STRETCH = 64
#: texts are as good as so long, or a multiple of it, when patterns of halves are made for them
_ROUND = 256
#: fewer base64 characters than this turn up by chance
_SHORTEST_CORE = 8
JSON_SHORT = {'"': '"', "\\": "\\", "/": "/", "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
HTML = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
#: what the characters that begin and end an escape may be themselves: percent-encoded, once, twice or thrice
_PERCENT = "%(?:25){0,2}"
_SLASH = rf"(?:\\|{_PERCENT}5[Cc])"
_AND = rf"(?:&(?:amp;){{0,2}}|{_PERCENT}26)"
_HASH = rf"(?:#|{_PERCENT}23)"
_END = rf"(?:;|{_PERCENT}3[Bb])"
#: characters that one octet of a secret may take, as `%252526%252523x20%25253B` does
_LONGEST = 26
_RUN = re.compile(r"[A-Za-z0-9]+|$")
#: a JSON Web Token (RFC 7519): nothing else looks like it
_JWT = re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")


class _Lazily:
    """A pattern that is compiled when it is first needed: most secrets are never met in any spelling but their own."""

    __slots__ = ("_made", "_written")

    def __init__(self, written: Callable[[], str]) -> None:
        self._written = written
        self._made: re.Pattern[str] | None = None

    def __call__(self) -> re.Pattern[str]:
        """The pattern. Two threads may both compile it, and either is as good."""
        made = self._made
        if made is None:
            self._made = made = re.compile(self._written())
        return made


class _Known:
    """One secret, and the patterns of how it may stand in a text."""

    __slots__ = ("_ends", "_halves", "beginning", "short", "value", "whole")

    def __init__(self, value: str) -> None:
        self.value = value
        self.short = len(value) < SHORTEST
        self.whole = _Lazily(partial(_spelled, value))
        #: where it does not begin, in whatever spelling, it is not: quickly compiled, and quickly looked for
        self.beginning = self.whole if self.short else _Lazily(partial(_any_spelling, value[:_BEGINNING]))
        #: what every half of it begins or ends with, and how the halves before and after an ellipsis are written
        self._ends = (
            ((_Lazily(partial(_any_spelling, value[:_HALF])), _before),
             (_Lazily(partial(_any_spelling, value[-_HALF:])), _after))
            if len(value) > _HALF
            else ()
        )  # fmt: skip
        self._halves: dict[tuple[int, int], re.Pattern[str]] = {}

    def marked(self, text: str, *, escapes: bool) -> str:
        """The text with the secret replaced by a mark; without `escapes` in it, it can only stand as it is."""
        if not escapes:
            if self.value not in text:
                return text
            if not self.short:
                return text.replace(self.value, mark(TOKEN))
        elif self.value not in text and self.beginning().search(text) is None:
            return text
        return self.whole().sub(mark(TOKEN), text)

    def unhalved(self, text: str) -> str:
        """The text, in which there is an ellipsis, with what is left of the secret beside it replaced by a mark."""
        for side, (end, written) in enumerate(self._ends):
            if end().search(text) is None:
                continue
            # a half is no longer than the text, and a pattern for all lengths of a long secret is dear
            most = min(len(self.value) - 1, _ROUND * -(-len(text) // _ROUND))
            halves = self._halves.get((side, most))
            if halves is None:
                self._halves[side, most] = halves = re.compile(written(self.value, most))
            text = halves.sub(mark(TOKEN), text)
        return text


class Secrets:
    """The known secrets of a run, ready to be found. Costs next to nothing until a text may hold one.

    Any number of threads may look at once.
    """

    __slots__ = ("_cores", "_escapes", "_known", "literals", "reach", "spaced")

    def __init__(self, values: tuple[str, ...]) -> None:
        wanted = sorted({v for v in values if v}, key=lambda v: (-len(v), v))
        #: one pattern each, not one for all: only so can the engine skip to where a match may begin
        self._known = tuple(map(_Known, wanted))
        cores = dict.fromkeys(core for value in wanted for core in _cores(value))
        #: letters and digits of base64 are never escaped, so the longest run of them must stand there
        self._cores = tuple(
            (max(_RUN.findall(core), key=len), _Lazily(partial(_encoded, core))) for core in cores
        )
        #: one of these stands in every text that holds a secret without escapes
        self.literals = tuple(dict.fromkeys([*wanted, *(run for run, _ in self._cores)]))
        #: only a blank is ever written as `+`
        self.spaced = any(" " in value for value in wanted)
        #: how everything begins that is neither percent-encoded nor a `+`, and may stand for a character of a secret
        self._escapes = _escapes(frozenset("".join(wanted)))
        #: no spelling of a secret is longer than this many characters
        self.reach = max((_LONGEST * len(v.encode("utf-8", "surrogatepass")) for v in wanted), default=0)

    def surely_none(self, text: str) -> bool:
        """True only where `marked` would leave the text as it is: one quick look, for what is nearly always so."""
        if "eyJ" in text:
            return False
        for literal in self.literals:
            if literal in text:
                return False
        return not (self._escaped(text) and any(known.beginning().search(text) for known in self._known))

    def holds(self, text: str) -> bool:
        """True when a known secret stands in the text, in whatever spelling."""
        return self.replaced(text) != text

    def marked(self, text: str) -> str:
        """The text with every known secret, and everything that is surely a token, replaced by a mark."""
        # twice, because taking one secret out may leave another
        for _ in range(2):
            before, text = text, self.replaced(text)
            if text == before:
                break
        return _JWT.sub(mark(TOKEN), text) if "eyJ" in text else text

    def unhalved(self, text: str) -> str:
        """The text without what is left of a secret where somebody shortened it: at an ellipsis."""
        if "…" in text:
            for known in self._known:
                text = known.unhalved(text)
        return text

    def replaced(self, text: str) -> str:
        """The text with every known secret, and nothing else, replaced by a mark; what that brings about may stay."""
        escapes = self._escaped(text)
        for known in self._known:
            text = known.marked(text, escapes=escapes)
        for run, pattern in self._cores:
            if run in text:
                text = pattern().sub(mark(TOKEN), text)
        return text

    def _escaped(self, text: str) -> bool:
        """True where a character may stand as something else: percent-encoded, as an escape or a reference."""
        if "%" in text or (self.spaced and "+" in text):
            return True
        if "\\" in text or "&" in text:
            for escape in self._escapes:
                if escape in text:
                    return True
        return False


@lru_cache(maxsize=32)
def compiled(values: tuple[str, ...]) -> Secrets:
    """The finder of those secrets; the same one for the same secrets."""
    return Secrets(values)


def _escapes(characters: frozenset[str]) -> tuple[str, ...]:
    short = [f"\\{JSON_SHORT[c]}" for c in sorted(characters & JSON_SHORT.keys())]
    named = [f"&{HTML[c]};" for c in sorted(characters & HTML.keys())]
    return ("\\u", "\\x", "&#", "&amp;", *short, *named)


def _spelled(secret: str) -> str:
    pattern = _any_spelling(secret)
    return pattern if len(secret) >= SHORTEST else rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"


def _any_spelling(text: str) -> str:
    return "".join(map(_character, text))


def _before(secret: str, most: int) -> str:
    """A beginning of the secret before an ellipsis: the longest that fits, from so many characters down to a few.

    The lengths of a stretch are one pattern, `abcd(?:e(?:f)?)?`: a pattern for each would be as long as the square of
    the secret, and one for all is nested too deep for the engine.
    """
    ways = []
    for least in reversed(range(SHORTEST, most + 1, _STRETCH)):
        more = [_character(c) for c in secret[least : min(least + _STRETCH - 1, most)]]
        ways.append(_any_spelling(secret[:least]) + "".join(f"(?:{c}" for c in more) + ")?" * len(more))
    return rf"(?:{'|'.join([*ways, _spelled(secret[:_HALF])])})(?= ?…)"


def _after(secret: str, most: int) -> str:
    """An end of the secret after an ellipsis, likewise: `(?:(?:c)?d)?efgh`."""
    ways = []
    for least in reversed(range(SHORTEST, most + 1, _STRETCH)):
        more = [_character(c) for c in secret[-min(least + _STRETCH - 1, most) : -least]]
        ways.append("(?:" * len(more) + "".join(f"{c})?" for c in more) + _any_spelling(secret[-least:]))
    return rf"(?:(?<=…)|(?<=… ))(?:{'|'.join([*ways, _spelled(secret[-_HALF:])])})"


def _character(c: str) -> str:
    raw = c.encode("utf-8", "surrogatepass")
    ways = [re.escape(c), _hexes(_PERCENT, raw), _units(c)]
    if c in JSON_SHORT:
        # one backslash more for each level of JSON inside JSON
        ways.append(rf"{_SLASH}+{_short(JSON_SHORT[c])}")
    if c == " ":
        ways.append(rf"(?:\+|{_PERCENT}2[Bb])")
    if not c.isalnum() or ord(c) > 127:
        ways += [
            _hexes(rf"{_SLASH}x", raw),
            f"{_AND}{_HASH}(?:0*{ord(c)}|[xX]0*(?i:{ord(c):x})){_END}",
        ]
    if c in HTML:
        ways.append(f"{_AND}{HTML[c]}{_END}")
    return f"(?:{'|'.join(ways)})"


def _encoded(core: str) -> str:
    return "".join(_letter(c) for c in core) + rf"[\w+/-]{{0,2}}(?:=|{_PERCENT}3[Dd]){{0,2}}"


def _letter(c: str) -> str:
    return c if c.isalnum() else f"(?:{re.escape(c)}|{_PERCENT}(?i:{ord(c):02x})|\\\\+{re.escape(c)})"


def _short(letter: str) -> str:
    """What stands behind the backslash: of a quotation mark or a slash, it may be percent-encoded with it."""
    return letter if letter.isalnum() else f"(?:{re.escape(letter)}|{_PERCENT}(?i:{ord(letter):02x}))"


def _hexes(prefix: str, raw: bytes) -> str:
    return "".join(f"{prefix}(?i:{byte:02x})" for byte in raw)


def _units(c: str) -> str:
    units = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"{_SLASH}+u(?i:{units[i : i + 2].hex()})" for i in range(0, len(units), 2))


def _cores(secret: str) -> Iterator[str]:
    """What any base64 text that holds the secret must hold, for the three ways it may be aligned."""
    raw = secret.encode("utf-8", "surrogatepass")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw + b"\0" * 3).decode("ascii")
        core = encoded[-(-8 * shift // 6) : 8 * (shift + len(raw)) // 6]
        if len(core) >= _SHORTEST_CORE:
            yield from dict.fromkeys((core, core.replace("+", "-").replace("/", "_")))
