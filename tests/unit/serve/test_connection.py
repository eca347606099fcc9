"""Claims about HTTP/1.1 on one connection of the mock. Loopback only."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from assay.app.load import load
from assay.mock.engine import Engine, MockOptions, MockReply
from assay.serve.connection import MOST_BYTES, written_reply
from assay.serve.http import serve


@pytest.fixture(scope="module")
def engine():
    """The mock of the orders."""
    return Engine(load("examples/orders/contracts", date(2026, 1, 1)), MockOptions(token="t"))


@pytest.fixture
def server(engine):
    with serve(engine) as running:
        yield running


def connected(server):
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def read(connection):
    """Everything that comes until the other side ends."""
    chunks = []
    while chunk := connection.recv(65536):
        chunks.append(chunk)
    return b"".join(chunks)


def said(server, *pieces, close=True):
    """What the server says to these bytes, sent one after another."""
    with connected(server) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if close:
            connection.shutdown(socket.SHUT_WR)
        return read(connection)


def statuses(answer):
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


def asking(method, path, body=b"", *headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Authorization: Bearer t", *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


ORDER = b'{"item":"mug","quantity":1}'


def test_requests_in_advance_are_answered_in_order(server):
    """Several requests sent at once get their answers in the order in which they were asked."""
    many = asking("POST", "/orders", ORDER) + asking("GET", "/nowhere") + asking("OPTIONS", "/orders")
    assert statuses(said(server, many)) == [201, 404, 204]


@pytest.mark.parametrize("latency", [0.0, 0.02])
def test_held_back_answers_keep_their_order(engine, latency):
    """Held back or not, more requests than may wait are all answered in order, the broken one last."""
    with serve(engine, latency=latency) as server:
        many = b"".join(asking("OPTIONS", "/orders") + asking("GET", "/nowhere") for _ in range(20))
        assert statuses(said(server, many + b"nonsense\r\n\r\n")) == [204, 404] * 20 + [400]


def test_bytes_may_come_one_by_one(server):
    """However a request is cut into pieces, it is the same request."""
    whole = asking("POST", "/orders", ORDER)
    assert statuses(said(server, *(whole[i : i + 1] for i in range(len(whole))))) == [201]


def test_chunked_bodies_are_put_together(server):
    """A body may come in chunks (RFC 9112 §7.1)."""
    head = asking("POST", "/orders", b"", "Content-Type: application/json", "Transfer-Encoding: chunked")
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (ORDER[:5], ORDER[5:])) + b"0\r\n\r\n"
    assert statuses(said(server, head, chunks)) == [201]


def test_a_client_that_asks_first_is_told_to_go_on(server):
    """`Expect: 100-continue` gets 100 before the body (RFC 9110 §10.1.1); where the body is refused it does not."""
    head = asking("POST", "/orders", ORDER, "Expect: 100-continue").removesuffix(ORDER)
    with connected(server) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(ORDER)
        assert statuses(connection.recv(65536)) == [201]
    huge = head.replace(b"Content-Length: %d" % len(ORDER), b"Content-Length: %d" % (MOST_BYTES + 1))
    assert statuses(said(server, huge)) == [413]


def test_upgrades_are_passed_over(server):
    """A request that offers another protocol is answered in this one (RFC 9110 §7.8), and the connection lives on."""
    offered = asking("OPTIONS", "/orders", b"", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")
    assert statuses(said(server, offered + asking("GET", "/nowhere"))) == [204, 404]


@pytest.mark.parametrize(
    "request_",
    [
        b"OPTIONS /orders HTTP/1.0\r\nHost: x\r\n\r\n",
        asking("OPTIONS", "/orders", b"", "Connection: close"),
    ],
)
def test_the_connection_ends_when_it_is_asked_to(server, request_):
    """HTTP/1.0 and `Connection: close` get one answer, and what is sent after it is passed over."""
    answer = said(server, request_ + asking("GET", "/nowhere"), close=False)
    assert statuses(answer) == [204]
    assert b"\r\nconnection: close\r\n" in answer


@pytest.mark.parametrize("latency", [0.0, 0.1])
def test_who_has_asked_enough_still_gets_his_answer(engine, latency):
    """A client that closes its half of the connection is answered before the other half is closed."""
    with serve(engine, latency=latency) as server:
        assert statuses(said(server, asking("GET", "/nowhere"))) == [404]


def test_headers_end_somewhere(server):
    """Headers without end are refused with 431 (RFC 6585 §5), long ones are read."""
    assert statuses(said(server, asking("OPTIONS", "/orders", b"", f"X-Long: {'x' * 60_000}"))) == [204]
    assert statuses(
        said(server, b"GET / HTTP/1.1\r\n", *(b"X: %b\r\n" % (b"x" * 50_000) for _ in range(6)))
    ) == [431]


def test_targets_of_every_form(server):
    """A target may be a whole URL (RFC 9112 §3.2.2), or no path at all."""
    assert statuses(said(server, asking("OPTIONS", "http://x/orders?a=b"))) == [204]
    assert statuses(said(server, asking("OPTIONS", "*"))) == [404]


def test_what_is_our_fault_is_told(engine):
    """A mistake of ours is a 500 and the end of that connection; the others are served as before."""

    class Broken(Engine):
        def respond(self, world, request):
            if request.path == "/orders/broken":
                raise ZeroDivisionError
            return super().respond(world, request)

    with serve(Broken(engine.contracts)) as server:
        assert statuses(said(server, asking("GET", "/orders/broken"), close=False)) == [500]
        assert statuses(said(server, asking("OPTIONS", "/orders"))) == [204]


def test_stopping_finishes_what_was_asked(engine):
    """An answer that is held back when the server stops still goes out; idle connections just end."""
    with serve(engine, latency=0.3) as server, connected(server) as idle, connected(server) as busy:
        busy.sendall(asking("GET", "/nowhere"))
        for _ in range(1000):
            if server.requests:
                break
            time.sleep(0.005)
        server.stop()
        assert statuses(read(busy)) == [404]
        assert read(idle) == b""


def test_no_update_is_lost(server):
    """32 clients at once change one order 10 times each: its version counts every change."""
    made = said(server, asking("POST", "/orders", ORDER, "Connection: close"), close=False)
    order = json.loads(made.partition(b"\r\n\r\n")[2])
    barrier = threading.Barrier(32)

    def change(client):
        with connected(server) as connection:
            barrier.wait(30)
            seen = []
            for number in range(10):
                body = json.dumps({"item": "mug", "quantity": 1, "note": f"{client}-{number}"}).encode()
                connection.sendall(asking("PUT", f"/orders/{order['id']}", body, f"If-Match: {'*'}"))
                answer = connection.recv(65536)
                assert statuses(answer) == [200]
                seen.append(json.loads(answer.partition(b"\r\n\r\n")[2])["version"])
            return seen

    with ThreadPoolExecutor(32) as pool:
        versions = sorted(version for seen in pool.map(change, range(32)) for version in seen)
    assert versions == list(range(order["version"] + 1, order["version"] + 321))


def test_replies_as_bytes():
    """A reply says when it was made and how long it is; a header that would break the line is never sent."""
    now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    reply = MockReply(200, (("X-A", "b"),), b"{}", "")
    assert written_reply(reply, now, lasting=True) == (
        b"HTTP/1.1 200 OK\r\nx-a: b\r\ndate: Wed, 04 Mar 2026 05:06:07 GMT\r\ncontent-length: 2\r\n\r\n{}"
    )
    assert written_reply(reply, now, lasting=False, head=True).endswith(
        b"content-length: 2\r\nconnection: close\r\n\r\n"
    )
    with pytest.raises(ValueError, match="not printable"):
        written_reply(MockReply(200, (("X-A", "b\r\nX-B: c"),), b"", ""), now, lasting=True)
