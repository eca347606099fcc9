"""The target and header fields of a request: what the case says, what it carries, what is usual."""

from __future__ import annotations

import re
from urllib.parse import quote

from assay.drive.carried import Carried
from assay.ports import CannotSend

Headers = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(r"/[!-~]*")
_FORBIDDEN_IN_VALUE = re.compile(r"[\r\n\0]")


class UnsendableError(CannotSend):
    """A request that is not HTTP even on our side: the fault of whoever made it, never the target's."""


def target(path: str, carried: Carried) -> str:
    """The request target with the parameters that are carried. Raises `UnsendableError` where it is none."""
    if carried.query:
        pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in carried.query)
        path += ("&" if "?" in path else "?") + pairs
    if not _TARGET.fullmatch(path):
        raise UnsendableError(
            f"Cannot send the request: because {path!r} is no request target (RFC 9112 §3.2.1). "
            "Begin it with «/» and percent-encode it."
        )
    return path


def headers(usual: Headers, method: str, given: Headers, carried: Carried) -> tuple[Headers, bool]:
    """All headers but those that tell of the body, and whether the case tells of it by itself."""
    if not _TOKEN.fullmatch(method):
        raise UnsendableError(
            f"Cannot send the request: because {method!r} is no method (RFC 9110 §9.1). Use a token."
        )
    replaced = {name.lower() for name, _ in carried.headers}
    fields = [pair for pair in given if pair[0].lower() not in replaced] + list(carried.headers)
    for name, value in fields:
        if not _TOKEN.fullmatch(name) or _FORBIDDEN_IN_VALUE.search(value):
            raise UnsendableError(
                f"Cannot send the request: because the header {name!r} is malformed (RFC 9110 §5.1, §5.5). "
                "Take out line breaks and NUL, and name it with a token."
            )
    if carried.cookies:
        pairs = [value for name, value in fields if name.lower() == "cookie"]
        pairs += [f"{name}={value}" for name, value in carried.cookies]
        fields = [pair for pair in fields if pair[0].lower() != "cookie"] + [("Cookie", "; ".join(pairs))]
    present = {name.lower() for name, _ in fields}
    defaults = [pair for pair in usual if pair[0].lower() not in present]
    framed = not present.isdisjoint({"content-length", "transfer-encoding"})
    return tuple((name, _octets(value)) for name, value in (*defaults, *fields)), framed


def _octets(value: str) -> str:
    """The bytes of `value`, as latin-1 shows them: what latin-1 lacks travels as UTF-8 (RFC 9110 §5.5)."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", errors="surrogatepass").decode("latin-1")
    return value
