"""Replies with a content coding (RFC 9110 §8.4) for clients that accept one: gzip, where it saves something."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from functools import lru_cache

from assay.mock.world import MockReply, MockRequest

#: shorter bodies go as they are: a packet carries them anyway
LEAST = 1400
_LEVEL = 5
_WORTH = re.compile(r"(?:text/.*|.*[/+](?:json|xml|yaml|javascript|x-www-form-urlencoded))", re.IGNORECASE)


def compressed(request: MockRequest, reply: MockReply) -> MockReply:
    """The reply, compressed where its client accepts that and it is worth it.

    One with a strong entity tag goes as it is: a coding would make it another representation, which would need
    another tag (RFC 9110 §8.8.3.3), and the tag is the contract's.
    """
    head = request.method == "HEAD"
    size = int(reply.header("content-length") or 0) if head else len(reply.body)
    if size < LEAST or not _is_eligible(reply):
        return reply
    headers = (*reply.headers, ("Vary", "Accept-Encoding"))
    if not accepts_gzip(request.named.get("accept-encoding", "")):
        return replace(reply, headers=headers)
    kept = tuple(pair for pair in headers if pair[0].lower() != "content-length")
    body = b"" if head else gzip.compress(reply.body, _LEVEL, mtime=0)
    return replace(reply, headers=(*kept, ("Content-Encoding", "gzip")), body=body)


def _is_eligible(reply: MockReply) -> bool:
    named = {name.lower(): value for name, value in reply.headers}
    return (
        reply.manner is None  # what is to go wrong on its way goes wrong with the very bytes
        and _WORTH.fullmatch(named.get("content-type", "").partition(";")[0].strip()) is not None
        and "content-encoding" not in named
        and not named.get("etag", "W/").startswith('"')
        and "no-transform" not in named.get("cache-control", "")
    )


@lru_cache(maxsize=64)  # clients say the same with every request
def accepts_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` allows gzip (RFC 9110 §12.5.3)."""
    weights: dict[str, bool] = {}
    for part in accepted.split(","):
        coding, *parameters = (piece.strip().lower() for piece in part.split(";"))
        refused = any(re.fullmatch(r"q\s*=\s*0(?:\.0{0,3})?", parameter) for parameter in parameters)
        weights.setdefault("gzip" if coding == "x-gzip" else coding, not refused)
    return weights.get("gzip", weights.get("*", False))
