"""The request as one POSIX shell line that works when pasted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from functools import lru_cache

from assay.evidence.marks import MARK, has_marks

#: what curl says by itself, or must work out by itself
_OWN = frozenset(
    {"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "user-agent"}
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DOTS = re.compile(r"/(\.|%2e)", re.IGNORECASE)
_GLOBBED = re.compile(r"[\[\]{}]")
#: Linux refuses arguments of 128 KiB (MAX_ARG_STRLEN); a line longer than this is of no use to anybody anyway
BODY_LIMIT = 16384


def curl(method: str, url: str, headers: Iterable[tuple[str, str]], body: str | bytes | None) -> str:
    """One POSIX shell line that makes the request. Marks of secrets become `"$TOKEN"` and the like.

    A text body travels as an argument; one that is binary or has line breaks comes from `printf`, whose
    octal escapes are POSIX (`$'…'` is not). A body above 16 KiB does not fit a line and is named as a file to
    bring along.
    """
    parts = ["curl", "-i", *_flags(method, url)]
    fields = [(name, value) for name, value in headers if name.lower() not in _OWN]
    fields = [(name, value) for name, value in fields if (name.lower(), value) != ("accept", "*/*")]
    if body is not None and not any(name.lower() == "content-type" for name, _ in fields):
        # curl would claim a form was sent
        fields.append(("Content-Type", ""))
        parts += [*_header_args(fields[:-1]), "-H", "'Content-Type:'"]
    else:
        parts += _header_args(fields)
    before, arguments = _body(body)
    return " ".join([*before, *parts, *arguments, _quoted(_CONTROL.sub("", url))])


def _flags(method: str, url: str) -> list[str]:
    flags = ["--head"] if method.upper() == "HEAD" else ["-X", _quoted(_CONTROL.sub("", method))]
    if _GLOBBED.search(url):
        flags.append("--globoff")
    if ("/." in url or "/%" in url) and _DOTS.search(url.partition("?")[0]):
        flags.append("--path-as-is")
    return flags


def _header_args(fields: list[tuple[str, str]]) -> list[str]:
    return [part for name, value in fields for part in ("-H", _header(name, value))]


@lru_cache(maxsize=512)
def _header(name: str, value: str) -> str:
    """One field as an argument. Kept, because a run sends few different ones; there are marks in it, never secrets."""
    # «Name;» is how curl spells a field without a value (curl(1), -H)
    line = f"{name}: {value}" if value.strip() else f"{name};"
    return _quoted(_CONTROL.sub(" ", line))


def _body(body: str | bytes | None) -> tuple[list[str], list[str]]:
    if body is None:
        return [], []
    if len(body) > BODY_LIMIT:
        return [], ["--data-binary", "@body.bin"]
    if isinstance(body, str) and not _CONTROL.search(body) and _encodable(body):
        return [], ["--data-raw", _quoted(body)]
    template, values = _printf(body)
    return ["printf", template, *values, "|"], ["--data-binary", "@-"]


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


def _octal(raw: bytes) -> str:
    """Bytes in a `printf` format (POSIX, File Format Notation); `'` and an option's `-` escaped too."""
    kept = {ord("%"): "%%", ord("\\"): "\\\\", ord("'"): "\\047", ord("-"): "\\055"}
    return "".join(kept.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\{b:03o}") for b in raw)


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
