"""Claims about requests that nobody would send on purpose: each gets an answer, and none a server error."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from assay.mock.engine import Engine, MockOptions
from assay.serve.cors import Cors
from assay.serve.http import Server, serve
from fakes.asking_the_mock import orders
from fakes.wire import raw

#: seconds that each fuzz takes
_SECONDS = 2.0
_METHODS = [
    b"GET",
    b"POST",
    b"PUT",
    b"PATCH",
    b"DELETE",
    b"OPTIONS",
    b"HEAD",
    b"TRACE",
    b"CONNECT",
    b"PURGE",
    b"get",
]
_TARGETS = [
    b"/orders", b"/orders/x", b"/orders/%00", b"/orders/%ff", b"/orders/..%2f", b"/stock/mug", b"/stock/", b"*", b"//",
    b"/orders?limit=1e400", b"/orders?limit=%ff", b"/orders?cursor=9999999999999999999-x", b"/orders?__code=999",
    b"/orders?__example=%00&__dynamic", b"http://a/orders", b"/" + b"a/" * 400, b"/orders?" + b"a=b&" * 500,
    b"/__assay__/", b"/__assay__/state?limit=x", b"/__assay__/clock", b"/__assay__/restore", b"/orders/\xff", b"\xff",
]  # fmt: skip
_HEADERS = [
    b"Authorization: Bearer t", b"Authorization: Basic \xff", b"Authorization:", b"Content-Type: application/json",
    b"Content-Type: application/json; charset=utf-16", b"Content-Type: \xff", b"Accept: text/html", b"Accept: \xff;q=x",
    b'Accept: "' + b'"\\' * 200, b"Prefer: code=404", b"Prefer: code=\xff", b'Prefer: example="\\', b"Prefer: dynamic",
    b"Prefer: " + b"a;" * 300, b"If-Match: *", b'If-None-Match: "', b"Idempotency-Key: k", b"Idempotency-Key: \xff",
    b"Cookie: \xff=;;=", b"Origin: null", b"Origin: http://[", b"Access-Control-Request-Method: \xff",
    b"Accept-Encoding: gzip;q=", b"Content-Encoding: gzip", b"Content-Encoding: x, y", b"Transfer-Encoding: chunked",
    b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Expect: 100-continue",
    b"Connection: Upgrade", b"Upgrade: h2c", b"Host: \xff", b" folded", b"no colon", b"X: " + b"x" * 9000, b"\x00: a",
]  # fmt: skip
_BODIES = [
    b"", b"{", b"null", b"[]", b'{"item":"mug","quantity":2}', b'{"item":"mug","quantity":1e999}', b"[" * 5000, b"\xff",
    b'{"item":"\\ud800","quantity":2}', b'{"quantity":' + b"9" * 5000 + b"}", b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n",
    b"\x1f\x8b",
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A mock of orders, as `assay mock` serves it."""
    with serve(Engine(orders(), MockOptions(seed=1)), cors=Cors(), control=True) as running:
        yield running


def _made(chance: random.Random) -> bytes:
    """A request of parts that are wrong in a known way."""
    headers = [b"Host: localhost", *chance.sample(_HEADERS, chance.randint(0, 5))]
    body = chance.choice(_BODIES)
    if chance.random() < 0.7:
        headers.append(b"Content-Length: %d" % len(body))
    version = chance.choice([b"HTTP/1.1"] * 8 + [b"HTTP/1.0", b"HTTP/3.7", b""])
    lines = [b" ".join((chance.choice(_METHODS), chance.choice(_TARGETS), version)), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _bent(chance: random.Random, data: bytes) -> bytes:
    """The request with some bytes changed, left out or doubled."""
    found = bytearray(data)
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(found))
        match chance.randrange(3):
            case 0:
                found[at] = chance.randrange(256)
            case 1:
                del found[at : at + chance.randint(1, 20)]
                found += b"\r\n"
            case _:
                found[at:at] = found[at : at + chance.randint(1, 20)]
    return bytes(found)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_bytes_make_it_fail(server: Server, seed: int) -> None:
    """Malformed requests get no server error, whatever they get, and afterwards it answers as before."""
    chance = random.Random(seed)
    until, sent = time.monotonic() + _SECONDS, 0
    while time.monotonic() < until:
        data = _bent(chance, _made(chance))
        answer = raw(server.url, data)
        sent += 1
        assert not answer.startswith(b"HTTP/1.1 5"), (data, answer[:500])
    assert sent > 50
    assert raw(
        server.url, b"GET /stock/mug HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ).startswith(b"HTTP/1.1 200 ")
