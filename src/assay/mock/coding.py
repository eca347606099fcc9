"""Content codings of requests (RFC 9110 §8.4): a body that came compressed is read as what it was before."""

from __future__ import annotations

import zlib

from assay.mock.refusal import Refusal

#: larger bodies are refused with 413 (RFC 9110 §15.5.14), however small they came
MOST_BYTES = 10 * 1024 * 1024
#: coding -> what tells zlib how it is wrapped: the gzip format; zlib's own or, as some clients send it, none
_WRAPPED = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
_KNOWN = "gzip, deflate"
_INVALID = (400, 422)


def decoded(body: bytes, codings: str) -> bytes | Refusal:
    """The body without its codings, the last of which is undone first; or a 400, 413 or 415."""
    for coding in reversed([name.strip().lower() for name in codings.split(",")]):
        if coding in ("", "identity"):
            continue
        if coding not in _WRAPPED:
            why = f"The content coding '{coding}' is not among those that are read ({_KNOWN})."
            return Refusal(415, why, (("Accept-Encoding", _KNOWN),), documented=(415,))
        undone = _undone(body, coding)
        if undone is None:
            return Refusal(400, f"The body is not what {coding} makes.", documented=_INVALID)
        if len(undone) > MOST_BYTES:
            return Refusal(413, "The mock reads bodies of up to 10 MiB.", documented=(413,))
        body = undone
    return body


def _undone(body: bytes, coding: str) -> bytes | None:
    """What that coding was made from, no more than a byte too much of it; None when it was not made by it."""
    for wrapped in _WRAPPED[coding]:
        reader = zlib.decompressobj(wrapped)
        try:
            found = reader.decompress(body, MOST_BYTES + 1)
        except zlib.error:
            continue
        if len(found) > MOST_BYTES or (reader.eof and not reader.unused_data):
            return found
    return None
