"""Finding known secrets in text, in whatever spelling they come back.

Each character of a secret may stand as itself, percent-encoded (RFC 3986 §2.1), as a JSON escape (RFC 8259
§7) or as an HTML character reference, in any mix; the whole may stand base64-encoded (RFC 4648 §4, §5) at any
of the three alignments, as in `Basic` credentials that hold the secret after a user name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from assay.evidence.marks import TOKEN, mark

#: shorter secrets are only found where they stand alone: «12» would otherwise blot out half of every number
SHORTEST = 4
#: fewer characters of a secret give nothing away
_HALF = 3
#: fewer base64 characters than this turn up by chance
_SHORTEST_CORE = 8
#: without one of these a secret can only stand as it is or in base64
_ESCAPES = re.compile(r"[%\\&+]")
_JSON_SHORT = {'"': '"', "\\": "\\", "/": "/", "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_HTML = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_RUN = re.compile(r"[A-Za-z0-9]+|$")
#: a JSON Web Token (RFC 7519): nothing else looks like it
_JWT = re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")


class Secrets:
    """The known secrets of a run, ready to be found. Compiled once."""

    __slots__ = ("_encoded", "_halves", "_plain", "reach")

    def __init__(self, values: tuple[str, ...]) -> None:
        wanted = sorted({v for v in values if v}, key=lambda v: (-len(v), v))
        #: one pattern each, not one for all: only so can the engine skip to where a match may begin
        self._plain = tuple((value, re.compile(_spelled(value))) for value in wanted)
        self._halves = tuple(
            re.compile(pattern)
            for value in wanted
            for pattern in (
                rf"(?:{'|'.join(_spelled(value[:n]) for n in range(len(value) - 1, _HALF - 1, -1))})(?= ?…)",
                rf"(?:(?<=…)|(?<=… ))(?:{'|'.join(_spelled(value[n:]) for n in range(1, len(value) - _HALF + 1))})",
            )
            if len(value) > _HALF
        )
        cores = dict.fromkeys(core for value in wanted for core in _cores(value))
        #: letters and digits of base64 are never escaped, so the longest run of them must stand there
        self._encoded = tuple(
            (max(_RUN.findall(core), key=len), re.compile(_encoded(core))) for core in cores
        )
        #: no spelling of a secret is longer than this many characters
        self.reach = max((12 * len(v.encode("utf-8", "surrogatepass")) for v in wanted), default=0)

    def marked(self, text: str) -> str:
        """The text with every known secret, and everything that is surely a token, replaced by a mark."""
        # twice, because taking one secret out may leave another
        for _ in range(2):
            before, text = text, self._once(text)
            if text == before:
                break
        return _JWT.sub(mark(TOKEN), text) if "eyJ" in text else text

    def unhalved(self, text: str) -> str:
        """The text without what is left of a secret where somebody shortened it: at an ellipsis."""
        if "…" in text:
            for pattern in self._halves:
                text = pattern.sub(mark(TOKEN), text)
        return text

    def _once(self, text: str) -> str:
        escapes = _ESCAPES.search(text) is not None
        for value, pattern in self._plain:
            if escapes or value in text:
                text = pattern.sub(mark(TOKEN), text)
        for run, pattern in self._encoded:
            if run in text:
                text = pattern.sub(mark(TOKEN), text)
        return text


@lru_cache(maxsize=32)
def compiled(values: tuple[str, ...]) -> Secrets:
    """The finder of those secrets; the same one for the same secrets."""
    return Secrets(values)


def _spelled(secret: str) -> str:
    pattern = "".join(_character(c) for c in secret)
    return pattern if len(secret) >= SHORTEST else rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"


def _character(c: str) -> str:
    raw = c.encode("utf-8", "surrogatepass")
    ways = [re.escape(c), _hexes("%", raw), _units(c)]
    if c in _JSON_SHORT:
        # one backslash more for each level of JSON inside JSON
        ways.append(r"\\\\*" + re.escape(_JSON_SHORT[c]))
    if c == " ":
        ways.append(r"\+")
    if not c.isalnum() or ord(c) > 127:
        ways += [_hexes(r"\\x", raw), f"&#0*{ord(c)};", f"(?i:&#x0*{ord(c):x};)"]
    if c in _HTML:
        ways.append(f"&{_HTML[c]};")
    return f"(?:{'|'.join(ways)})"


def _encoded(core: str) -> str:
    return "".join(_letter(c) for c in core) + r"[\w+/-]{0,2}(?:=|%3[Dd]){0,2}"


def _letter(c: str) -> str:
    return c if c.isalnum() else f"(?:{re.escape(c)}|%{ord(c):02X}|%{ord(c):02x}|\\\\+{re.escape(c)})"


def _hexes(prefix: str, raw: bytes) -> str:
    return "".join(f"{prefix}(?i:{byte:02x})" for byte in raw)


def _units(c: str) -> str:
    units = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\\\\\\\*u(?i:{units[i : i + 2].hex()})" for i in range(0, len(units), 2))


def _cores(secret: str) -> Iterator[str]:
    """What any base64 text that holds the secret must hold, for the three ways it may be aligned."""
    raw = secret.encode("utf-8", "surrogatepass")
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw + b"\0" * 3).decode("ascii")
        core = encoded[-(-8 * shift // 6) : 8 * (shift + len(raw)) // 6]
        if len(core) >= _SHORTEST_CORE:
            yield from dict.fromkeys((core, core.replace("+", "-").replace("/", "_")))
