"""Whatever a server says, and however it says it, both transports tell the same of it, in the same words."""

from __future__ import annotations

import socket
import zlib

import pytest

from assay.drive.auth import Auth
from assay.drive.clock import SystemClock
from assay.drive.session import TRANSPORTS, HttpSender, Limits
from assay.model.case import Credentials, WireRequest
from fakes.raw_server import Connection, RawServer, Script

OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = [
    OK + b"Content-Length: 3\r\n\r\nabc",
    OK + b"Content-Length: 3\r\nConnection: close\r\n\r\nabc",
    OK + b"X: a\r\nx:  b \r\nX:\r\nSet-Cookie: \xe9\r\nContent-Length: 0\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
    OK
    + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(zlib.compress(b"abc"))
    + zlib.compress(b"abc"),
    OK + b"\r\nto the end",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 304 Not  Modified \r\nContent-Length: 9\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na",
    b"HTTP/1.1 101 Switching\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\nhello",
    b"HTTP/1.1 200\nContent-Length: 3\n\nabc",
    OK + b"X: a\r\n folded\r\nContent-Length: 3\r\n\r\nabc",
    OK + b"Content-Type: multipart/mixed; boundary=a\r\nContent-Length: 3\r\n\r\nabc",
    OK + b"Content-Length: 3\r\n\r\nabcdef",
    # what is wrong in some way
    OK + b"Content-Type: multipart/mixed\r\nContent-Length: 0\r\n\r\n",
    OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    OK + b"Content-Length: 10\r\n\r\nabc",
    OK + b"Content-Length: abc\r\n\r\n",
    OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    OK + b"no colon here\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"X: y\r\n",
    OK + b"X: y\r\n" * 200 + b"\r\n",
    OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
    OK + (b"X: " + b"y" * 60_000 + b"\r\n") * 5 + b"\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/2.0 200 OK\r\n\r\n",
    b"SSH-2.0-OpenSSH\r\n",
    b"\0\1\2\3\r\n\r\n",
    b"",
]


def told(script: Script, transport: str, method: str) -> object:
    """What becomes of a request to that server."""
    with RawServer(script) as server:
        send = HttpSender(server.url, Auth({}), Limits(timeout=5), SystemClock(), transport=transport)
        exchange = send(WireRequest(method, "/", (), b"{}", Credentials.MISSING))
        send.close()
    return exchange.response, exchange.failure


@pytest.mark.parametrize("piece", [1 << 20, 1], ids=["whole", "drop by drop"])
@pytest.mark.parametrize("answer", ANSWERS, ids=[str(number) for number in range(len(ANSWERS))])
def test_both_tell_the_same(answer: bytes, piece: int) -> None:
    """Status, reason, headers, body, and what failed; for a method with a body in the answer and for one without."""
    if piece == 1 and len(answer) > 1000:
        pytest.skip("too many drops")

    def script(connection: Connection, _number: int) -> None:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.read()
        for at in range(0, len(answer), piece):
            connection.say(answer[at : at + piece])

    for method in ("POST", "HEAD"):
        lean, reference = (told(script, transport, method) for transport in TRANSPORTS)
        assert lean == reference


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "https://127.0.0.1:9", "http://nowhere.invalid", "http://a..b"]
)
def test_both_tell_the_same_of_who_is_not_there(url: str) -> None:
    """Nobody listens, or there is no such name."""
    failures = []
    for transport in TRANSPORTS:
        send = HttpSender(url, Auth({}), Limits(timeout=5), SystemClock(), transport=transport)
        failures.append(send(WireRequest("GET", "/", (), None, Credentials.MISSING)).failure)
        send.close()
    assert failures[0] == failures[1] is not None
