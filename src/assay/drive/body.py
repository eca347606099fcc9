"""Reading a response body: whole, but never more than we are ready to hold."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from assay.drive.failures import explain
from assay.drive.flight import Flight
from assay.drive.reply import Answer
from assay.model.case import Failure, FailureKind

#: bytes asked of the socket at a time
CHUNK = 64 * 1024
#: compressed bytes undone at a time
PIECE = 4 * 1024
#: members of a gzip body; `bgzip` makes one of every 64 KiB
MEMBERS = 10_000
#: bytes of a body that is too large that are kept as evidence
KEPT = 64 * 1024

#: `wbits` of zlib: 16 + 15 reads a gzip wrapper (RFC 1952), 15 a zlib one (RFC 1950), -15 none (RFC 1951)
_GZIP, _ZLIB, _BARE = 31, 15, -15


@dataclass(frozen=True, slots=True)
class Body:
    """What could be read of a body, and what was wrong with the rest."""

    data: bytes
    failure: Failure | None = None


def read(reply: Answer, flight: Flight, limit: int) -> Body:
    """The body, content codings undone (RFC 9110 §8.4); at most `limit` bytes, before and after that."""
    if reply.bodiless:
        return Body(b"")
    body = _receive(reply, flight, limit)
    codings = [
        coding.strip().lower()
        for name, value in reply.fields
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    if not codings or not body.data:
        return body
    decoded = decode(body.data, codings, limit)
    return Body(decoded.data, body.failure or decoded.failure)


def decode(data: bytes, codings: Sequence[str], limit: int) -> Body:
    """`data` with its content codings undone, the last one first. An unknown one is left as it is."""
    for coding in reversed(codings):
        if coding in ("", "identity"):
            continue
        if coding in ("gzip", "x-gzip"):
            body = _inflate(data, _GZIP, coding, limit)
        elif coding == "deflate":
            # «deflate» is zlib, yet some servers send it bare (RFC 9110 §8.4.1.2)
            body = _inflate(data, _ZLIB if _is_zlib(data) else _BARE, coding, limit)
        else:
            return Body(data)
        if body.failure:
            return body
        data = body.data
    return Body(data)


def _receive(reply: Answer, flight: Flight, limit: int) -> Body:
    parts: list[bytes] = []
    size = 0
    try:
        while part := reply.read1(CHUNK):
            parts.append(part)
            size += len(part)
            if size > limit:
                return _too_large(b"".join(parts), limit)
    except (OSError, http.client.HTTPException) as error:
        return Body(b"".join(parts), explain(error, flight))
    if reply.length:
        return Body(
            b"".join(parts),
            Failure(FailureKind.CUT, f"the body ended {reply.length} bytes before its announced length"),
        )
    return Body(b"".join(parts))


def _inflate(data: bytes, wbits: int, coding: str, limit: int) -> Body:
    out = bytearray()
    at = members = 0
    while at < len(data):
        members += 1
        if members > MEMBERS:
            told = f"the {coding} body has more than {MEMBERS} members"
            return Body(bytes(out), Failure(FailureKind.MALFORMED, told))
        member = zlib.decompressobj(wbits)
        # piece by piece: what follows a member is copied, and there may be thousands of tiny ones
        while not member.eof and at < len(data):
            piece = data[at : at + PIECE]
            try:
                out += member.decompress(piece, limit + 1 - len(out))
            except zlib.error as error:
                return Body(bytes(out), Failure(FailureKind.MALFORMED, f"the body is not {coding}: {error}"))
            if len(out) > limit:
                return _too_large(bytes(out), limit)
            at += len(piece) - len(member.unused_data)
        if not member.eof:
            return Body(bytes(out), Failure(FailureKind.CUT, f"the {coding} body ends in the middle"))
        if wbits != _GZIP:
            break  # a gzip body may have several members (RFC 1952 §2.2); what follows a deflate stream is padding
    return Body(bytes(out))


def _is_zlib(data: bytes) -> bool:
    """True when `data` begins with a zlib header: method 8 and a checksum divisible by 31 (RFC 1950 §2.2)."""
    return len(data) >= 2 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0


def _too_large(data: bytes, limit: int) -> Body:
    return Body(data[:KEPT], Failure(FailureKind.TOO_LARGE, f"the body is larger than {limit} bytes"))
