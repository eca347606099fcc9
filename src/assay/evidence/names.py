"""Names that give a secret away: header fields, JSON keys, query parameters.

Only names that are surely secrets: a path parameter called `token` may well be an instance's public name.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from assay.evidence.marks import COOKIE, SECRET, TOKEN, mark

#: compared in lower case with `_`, `-` and `.` taken out
SECRET_KEYS = frozenset(
    {
        "accesstoken",
        "apikey",
        "apisecret",
        "apitoken",
        "authtoken",
        "bearertoken",
        "clientsecret",
        "consumeraccesstoken",
        "idtoken",
        "passphrase",
        "passwd",
        "password",
        "privatekey",
        "refreshtoken",
        "secret",
        "secretkey",
        "xapikey",
    }
)
#: header fields whose values are credentials by their definition (RFC 9110 §11, RFC 6265) or by custom
_HEADERS = {"authorization": TOKEN, "proxy-authorization": TOKEN, "cookie": COOKIE, "set-cookie": COOKIE}
_HEADER_LIKE = re.compile(r"(^|[-_])(api[-_]?key|token|secret|password|credentials?)$")
#: the cheap question before the dear one
_SUSPECT = ("token", "secret", "passw", "passphrase", "key")
#: an escape that may stand for a letter, digit or sign of a key, in lower case; those that JSON needs never do
_LETTER = re.compile(r"\\u00[2-7]|\\u212a")  # the last is a sign whose lower case is k
#: every text in lower case and without escapes in which a JSON key or parameter of these is followed by a value
_TELLING = re.compile(rf'(?:{"|".join("[-_.]*".join(key) for key in sorted(SECRET_KEYS))})[-_.]*(?:"\s*:|=)')
#: stretches without a backslash in one go: thrice as fast as character by character, on bodies of any size
_KEY = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"\s*:\s*')
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")
_PAIR = re.compile(r"(?<![\w.-])([\w.-]{4,40})=([^&;#\s\"'<>\\]+)")
_USERINFO = re.compile(r"(?<=://)[^/?#\s\"'@]+@")
_DECODER = json.JSONDecoder()


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """True when a value under that JSON key or query parameter is surely a secret."""
    return re.sub(r"[-_.]", "", name).lower() in SECRET_KEYS


def header_marked(name: str, value: str) -> str:
    """The value of a header field, a mark where the name gives it away; an authentication scheme stays."""
    variable = gives_away(name)
    if variable is None or not value.strip():
        return value
    scheme, blank, rest = value.partition(" ")
    if name.lower().endswith("authorization") and blank and rest and scheme.isalpha():
        return f"{scheme} {mark(variable)}"
    return mark(variable)


@lru_cache(maxsize=1024)
def gives_away(header: str) -> str | None:
    """The shell variable that would hold the value of a header field of that name; None where that is no secret."""
    lowered = header.lower()
    return _HEADERS.get(lowered) or (TOKEN if _HEADER_LIKE.search(lowered) else None)


def surely_plain(text: str) -> bool:
    """True only where `text_marked` would leave the text as it is: one quick look, for what is nearly always so."""
    if "://" in text and "@" in text and _USERINFO.search(text) is not None:
        return False
    lowered = text.lower()
    if "\\u" in lowered and _LETTER.search(lowered) is not None:
        return False
    for word in _SUSPECT:
        if word in lowered:  # the key stands there, and after it what makes it one
            return _TELLING.search(lowered) is None
    return True


def text_marked(text: str) -> str:
    """The text with the values of secret JSON keys, `name=value` pairs and user information in URLs as marks.

    Works on the text, not on a parsed value: what is not quite JSON is evidence too.
    """
    if "://" in text and "@" in text:
        text = _USERINFO.sub(mark(SECRET) + "@", text)
    lowered = text.lower()
    if not any(word in lowered for word in _SUSPECT) and _LETTER.search(lowered) is None:
        return text
    return _PAIR.sub(_pair, _keys_marked(text))


def _pair(match: re.Match[str]) -> str:
    return f"{match[1]}={mark(SECRET)}" if is_secret(match[1]) else match[0]


def _keys_marked(text: str) -> str:
    out: list[str] = []
    done = 0
    for match in _KEY.finditer(text):
        key = match[1]
        if match.start() < done or not is_secret(_plain(key) if "\\" in key else key):
            continue
        end = _value_end(text, match.end())
        if end > match.end():
            out += [text[done : match.end()], f'"{mark(SECRET)}"']
            done = end
    return "".join([*out, text[done:]])


def _plain(key: str) -> str:
    try:
        return str(json.loads(f'"{key}"', strict=False))
    except ValueError:
        return key


def _value_end(text: str, start: int) -> int:
    """Where the JSON value that starts there ends; `start` itself for `null`, booleans and «»."""
    first = text[start : start + 1]
    if first == '"':
        found = _STRING.match(text, start)
        return start if found is None or found[0] == '""' else found.end()
    if first in {"{", "["} and first:
        try:
            return _DECODER.raw_decode(text, start)[1]
        except (ValueError, RecursionError):
            # cut or malformed: nobody can tell where it ends
            return len(text)
    number = _NUMBER.match(text, start)
    return number.end() if number else start
