"""Cross-origin requests (the Fetch standard, §3.2): pages of other origins may talk to the mock.

A mock holds nothing that is worth protecting but what its own user told it, so any page may ask, without credentials
that its browser would add by itself: `*`. Pages that the user's own machine serves, and origins that he names, may send
those, too. Nobody gets `*` and credentials together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from assay.mock.explain import UNROUTED
from assay.mock.world import MockReply, MockRequest
from assay.serve.loopback import is_loopback

_ALLOW = "Access-Control-Allow-"
_REQUEST = "access-control-request-"
#: seconds for which a browser need not ask again
_MAX_AGE = "600"
#: what pages may read without being allowed to (Fetch §3.2.3)
_SAFE = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)


@dataclass(frozen=True, slots=True)
class Cors:
    """Which pages may ask."""

    #: these and no others; empty: any
    origins: tuple[str, ...] = ()

    def shared(self, request: MockRequest, reply: MockReply) -> MockReply:
        """The reply as a page may read it; as it is where the contract says itself who may, or the origin may not."""
        origin = request.named.get("origin")
        if origin is None or reply.header(f"{_ALLOW}Origin") is not None:
            return reply
        allowed = tuple(self._allowed(origin))
        if not allowed:
            return _with(reply, (("Vary", "Origin"),))
        if _is_preflight(request) and reply.explanation.startswith(UNROUTED):
            return _preflight(request, reply, allowed)
        names = (name for name, _ in reply.headers if name.lower() not in _SAFE)
        exposed = ", ".join(sorted(dict.fromkeys(names)))
        return _with(reply, (*allowed, *((("Access-Control-Expose-Headers", exposed),) if exposed else ())))

    def _allowed(self, origin: str) -> Iterator[tuple[str, str]]:
        trusted = origin in self.origins or (not self.origins and is_local(origin))
        if trusted:
            yield f"{_ALLOW}Origin", origin
            yield f"{_ALLOW}Credentials", "true"
        elif not self.origins:
            yield f"{_ALLOW}Origin", "*"
        else:
            return
        yield "Vary", "Origin"


@lru_cache(maxsize=64)
def is_local(origin: str) -> bool:
    """True for an origin that the user's own machine serves."""
    try:
        parts = urlsplit(origin)
        return parts.scheme in {"http", "https"} and is_loopback(parts.hostname or "")
    except ValueError:
        return False


def _is_preflight(request: MockRequest) -> bool:
    return request.method == "OPTIONS" and f"{_REQUEST}method" in request.named


def _preflight(request: MockRequest, reply: MockReply, allowed: tuple[tuple[str, str], ...]) -> MockReply:
    """Leave to ask. The method asked for is always among those allowed: a page is to see its 404 or 405 itself."""
    documented = (reply.header("allow") or "").split(", ")
    asked = request.named[f"{_REQUEST}method"]
    methods = sorted({*filter(None, documented), *([asked] if _is_token(asked) else [])})
    headers = [*allowed, (f"{_ALLOW}Methods", ", ".join(methods)), ("Access-Control-Max-Age", _MAX_AGE)]
    wanted = request.named.get(f"{_REQUEST}headers", "")
    if wanted and wanted.isprintable() and wanted.isascii():
        headers.append((f"{_ALLOW}Headers", wanted))
    trusted = any(name == f"{_ALLOW}Credentials" for name, _ in allowed)
    if trusted and request.named.get(f"{_REQUEST}private-network") == "true":
        headers.append((f"{_ALLOW}Private-Network", "true"))
    kept = tuple((k, v) for k, v in reply.headers if k.lower() not in {"content-type", "content-length"})
    return _with(replace(reply, status=204, headers=kept, body=b""), tuple(headers))


def _is_token(method: str) -> bool:
    return method.isascii() and method.replace("-", "").isalnum()


def _with(reply: MockReply, headers: tuple[tuple[str, str], ...]) -> MockReply:
    return replace(reply, headers=(*reply.headers, *headers))
