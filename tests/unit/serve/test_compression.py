"""Claims about compressed replies (RFC 9110 §8.4, §12.5.3), in memory."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from assay.mock.world import Manner, MockReply, MockRequest
from assay.serve.compression import LEAST, accepts_gzip, compressed

BODY = b'{"a":"' + b"long " * LEAST + b'"}'
JSON = ("Content-Type", "application/json")


def _request(accepted: str | None, method: str = "GET") -> MockRequest:
    headers = () if accepted is None else (("Accept-Encoding", accepted),)
    return MockRequest(method, "/", "", headers, b"", datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("accepted", "can"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("identity", False),
        ("br", False),
        ("", False),
        (";;,=", False),
    ],
)
def test_who_accepts_gzip(accepted: str, can: bool) -> None:
    """By name or by `*`, unless its weight is zero."""
    assert accepts_gzip(accepted) is can


def test_a_long_text_is_compressed_for_who_accepts_it() -> None:
    """The body is the same once it is unpacked, its length is not announced as the plain one, caches are told."""
    reply = compressed(_request("gzip"), MockReply(200, (JSON, ("Content-Length", "1")), BODY, "why"))
    assert gzip.decompress(reply.body) == BODY
    assert (reply.header("Content-Encoding"), reply.header("Vary")) == ("gzip", "Accept-Encoding")
    assert reply.header("Content-Length") is None
    assert reply.explanation == "why"


def test_others_get_it_as_it_is_and_caches_are_told() -> None:
    """Without gzip the body is plain; that it could have been otherwise is said."""
    reply = compressed(_request(None), MockReply(200, (JSON,), BODY, ""))
    assert (reply.body, reply.header("Content-Encoding")) == (BODY, None)
    assert reply.header("Vary") == "Accept-Encoding"


@pytest.mark.parametrize(
    "reply",
    [
        MockReply(200, (JSON,), BODY[: LEAST - 1], ""),
        MockReply(200, (("Content-Type", "image/png"),), BODY, ""),
        MockReply(200, (), BODY, ""),
        MockReply(200, (JSON, ("Content-Encoding", "br")), BODY, ""),
        MockReply(200, (JSON, ("ETag", '"v1"')), BODY, ""),
        MockReply(200, (JSON, ("Cache-Control", "no-transform")), BODY, ""),
    ],
)
def test_what_is_not_compressed(reply: MockReply) -> None:
    """Short bodies, what is compressed by nature, what a strong tag names, and what must not be touched."""
    assert compressed(_request("gzip"), reply) is reply


def test_what_is_to_go_wrong_goes_wrong_with_the_very_bytes() -> None:
    """A reply that a fault cuts or holds back is not compressed before."""
    reply = MockReply(200, (JSON,), BODY, "", Manner(cut=10))
    assert compressed(_request("gzip"), reply) is reply


def test_a_weak_tag_hinders_nobody() -> None:
    """A weak tag names what is equivalent (RFC 9110 §8.8.3)."""
    reply = compressed(_request("gzip"), MockReply(200, (JSON, ("ETag", 'W/"v1"')), BODY, ""))
    assert reply.header("Content-Encoding") == "gzip"


def test_a_head_is_told_as_its_get() -> None:
    """The same coding, and no length that the GET would not have."""
    reply = compressed(
        _request("gzip", "HEAD"), MockReply(200, (JSON, ("Content-Length", str(len(BODY)))), b"", "")
    )
    assert (reply.body, reply.header("Content-Encoding")) == (b"", "gzip")
    assert reply.header("Content-Length") is None
