"""The request as one POSIX shell line that works when pasted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from assay.evidence.marks import MARK, has_marks

#: what curl says by itself, or must work out by itself
_OWN = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "user-agent"}
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DOTS = re.compile(r"/(\.|%2e)", re.IGNORECASE)
_GLOBBED = re.compile(r"[\[\]{}]")
#: URLs that mean the same to a shell and to curl as to anybody else
_SIMPLE = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
#: Linux refuses arguments of 128 KiB (MAX_ARG_STRLEN); a line longer than this is of no use to anybody anyway
BODY_LIMIT = 16384


class Arguments(NamedTuple):
    """The header fields as arguments of `curl`."""

    #: a blank before each
    words: str
    #: True when one of them is a content type
    typed: bool


def curl(method: str, url: str, headers: Iterable[tuple[str, str]], body: str | bytes | None) -> str:
    """One POSIX shell line that makes the request. Marks of secrets become `"$TOKEN"` and the like.

    A text body travels as an argument; one that is binary or has line breaks comes from `printf`, whose
    octal escapes are POSIX (`$'…'` is not). A body above 16 KiB does not fit a line and is named as a file to
    bring along.
    """
    return line(method, url, arguments(headers), body)


def arguments(headers: Iterable[tuple[str, str]]) -> Arguments:
    """What of these header fields has to be said, once for all requests that carry them."""
    fields = [(name, value) for name, value in headers if name.lower() not in _OWN]
    fields = [(name, value) for name, value in fields if (name.lower(), value) != ("accept", "*/*")]
    words = "".join([f" -H {_header(name, value)}" for name, value in fields])
    return Arguments(words, any(name.lower() == "content-type" for name, _ in fields))


def line(method: str, url: str, headers: Arguments, body: str | bytes | None) -> str:
    """The same line, of header fields that are arguments already."""
    flag = _method(method)
    flags, target = ("", url) if _SIMPLE.fullmatch(url) and "/." not in url and "/%" not in url else _url(url)
    if body is None:
        return f"curl -i {flag}{flags}{headers.words} {target}"
    # without a type curl would claim a form was sent
    typed = "" if headers.typed else " -H 'Content-Type:'"
    before, argument = _body(body)
    return f"{before}curl -i {flag}{flags}{headers.words}{typed} {argument} {target}"


@lru_cache(maxsize=64)
def _method(method: str) -> str:
    return "--head" if method.upper() == "HEAD" else f"-X {_quoted(_CONTROL.sub('', method))}"


def _url(url: str) -> tuple[str, str]:
    """What else `curl` has to be told so that it asks for that very URL, and the URL as an argument."""
    flags = " --globoff" if _GLOBBED.search(url) else ""
    if ("/." in url or "/%" in url) and _DOTS.search(url.partition("?")[0]):
        flags += " --path-as-is"
    return flags, _quoted(_CONTROL.sub("", url))


@lru_cache(maxsize=512)
def _header(name: str, value: str) -> str:
    """One field as an argument. Kept, because a run sends few different ones; there are marks in it, never secrets."""
    # «Name;» is how curl spells a field without a value (curl(1), -H)
    line = f"{name}: {value}" if value.strip() else f"{name};"
    return _quoted(_CONTROL.sub(" ", line))


def _body(body: str | bytes) -> tuple[str, str]:
    """What stands before `curl`, and the argument."""
    if len(body) > BODY_LIMIT:
        return "", "--data-binary @body.bin"
    if isinstance(body, str):
        if body.isascii() and body.isprintable():  # no control character, no mark: nearly all of them
            return "", f"--data-raw {shlex.quote(body)}"
        if not _CONTROL.search(body) and _encodable(body):
            return "", f"--data-raw {_quoted(body)}"
    template, values = _printf(body)
    return " ".join(["printf", template, *values, "| "]), "--data-binary @-"


def _encodable(text: str) -> bool:
    try:
        return bool(text.encode("utf-8")) or not text
    except UnicodeEncodeError:
        return False


def _printf(body: str | bytes) -> tuple[str, list[str]]:
    if isinstance(body, bytes):
        return f"'{_octal(body)}'", []
    pieces: list[str] = []
    values: list[str] = []
    done = 0
    for match in MARK.finditer(body):
        pieces += [_octal(body[done : match.start()].encode("utf-8", "surrogatepass")), "%s"]
        values.append(f'"${match[1]}"')
        done = match.end()
    pieces.append(_octal(body[done:].encode("utf-8", "surrogatepass")))
    return f"'{''.join(pieces)}'", values


_KEPT = {"%": "%%", "\\": "\\\\", "'": "\\047", "-": "\\055"}
#: byte -> how it stands in a format
_OCTAL = tuple(
    _KEPT.get(chr(byte)) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in range(256)
)


def _octal(raw: bytes) -> str:
    """Bytes in a `printf` format (POSIX, File Format Notation); `'` and an option's `-` escaped too."""
    return "".join([_OCTAL[byte] for byte in raw])


def _quoted(text: str) -> str:
    if not has_marks(text):
        return shlex.quote(text)
    pieces: list[str] = []
    done = 0
    for match in MARK.finditer(text):
        if match.start() > done:
            pieces.append(shlex.quote(text[done : match.start()]))
        pieces.append(f'"${match[1]}"')
        done = match.end()
    if done < len(text) or not text:
        pieces.append(shlex.quote(text[done:]))
    return "".join(pieces)
