"""What a request prefers about its answer: `Prefer: code=404, example=sold-out, dynamic=true` (RFC 7240).

The same may stand in the query as `__code`, `__example` and `__dynamic`, where no header can be set: in an address
bar, an image, a link. The header goes before the query, and of two preferences of one name the first counts
(RFC 7240 §2). Other preferences are nobody's business here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote_plus

from assay.mock.negotiation import LONGEST
from assay.mock.world import MockRequest

_PREFER = "prefer"
APPLIED = "Preference-Applied"

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
#: name, value; parameters of a preference say nothing to us
_PREFERENCE = re.compile(
    rf"\s*(?P<name>{_WORD})\s*(?:=\s*(?P<value>{_QUOTED}|[^,;\"]*))?\s*(?:;(?:{_QUOTED}|[^,\"])*)?(?:,|$)"
)
_ESCAPED = re.compile(r"\\(.)")
_OURS = ("code", "example", "dynamic")
_NO = frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request prefers; None and False where it has no wish."""

    #: the status as it was written: it may be none at all
    code: str | None = None
    #: the name of a documented example
    example: str | None = None
    #: made from the schema, and anew each time, instead of what the documentation shows
    dynamic: bool = False

    @property
    def applied(self) -> str:
        """The wish as `Preference-Applied` says it (RFC 7240 §3)."""
        example = None if self.example is None else _quoted(self.example)
        named = (("code", self.code), ("example", example), ("dynamic", "true" if self.dynamic else None))
        return ", ".join(f"{name}={value}" for name, value in named if value is not None)


def wished(request: MockRequest) -> tuple[Wish | None, MockRequest]:
    """What the request prefers, None where that is nothing of ours; and the request without saying so in its query."""
    header = request.named.get(_PREFER, "")
    if "__" not in request.query:
        return _said(header), request
    found = dict(_in_header(header))
    kept, asked = [], list(filter(None, request.query.split("&")))
    for pair in asked:
        name, _, value = pair.partition("=")
        if name.startswith("__") and name[2:] in _OURS:
            found.setdefault(name[2:], unquote_plus(value))
        else:
            kept.append(pair)
    if len(kept) < len(asked):
        request = replace(request, query="&".join(kept))
    return _wish(found), request


@lru_cache(maxsize=256)  # clients say the same again and again
def _said(header: str) -> Wish | None:
    return _wish(dict(_in_header(header)))


def _wish(found: Mapping[str, str]) -> Wish | None:
    dynamic = found.get("dynamic", "false").lower() not in _NO
    wish = Wish(found.get("code") or None, found.get("example") or None, dynamic=dynamic)
    return None if wish == Wish() else wish


def _in_header(header: str) -> Iterator[tuple[str, str]]:
    """Our preferences of the header, once each; what follows something that is no preference is not read."""
    at, seen = 0, set()
    while at < min(len(header), LONGEST) and (found := _PREFERENCE.match(header, at)) is not None:
        at = found.end()
        name = found["name"].lower()
        if name in _OURS and name not in seen:
            seen.add(name)
            yield name, _plain((found["value"] or "").strip())


def _plain(word: str) -> str:
    return _ESCAPED.sub(r"\1", word[1:-1]) if word.startswith('"') else word


def _quoted(word: str) -> str:
    """The word as it may stand in a header."""
    if re.fullmatch(_WORD, word):
        return word
    safe = "".join(char if " " <= char <= "~" else "?" for char in word)
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
