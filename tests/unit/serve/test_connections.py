"""Claims about the mock's HTTP, byte by byte. Loopback only."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from assay.mock.engine import Engine, MockOptions
from assay.serve.cors import Cors
from assay.serve.http import Server, serve
from fakes.asking_the_mock import orders
from fakes.wire import raw, statuses

AUTH = {"Authorization": "Bearer t"}
STOCK = b"GET /stock/mug HTTP/1.1\r\nHost: localhost\r\n\r\n"
CLOSE = STOCK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
ORDER = json.dumps({"item": "mug", "quantity": 2}).encode()


def _post(body: bytes = ORDER, *headers: bytes) -> bytes:
    head = [
        b"POST /orders HTTP/1.1",
        b"Host: localhost",
        b"Authorization: Bearer t",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        *headers,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A mock of orders, as `assay mock` serves it."""
    with serve(Engine(orders(), MockOptions(seed=1)), cors=Cors(), control=True) as running:
        yield running


def test_requests_in_one_piece_are_answered_in_their_order(server: Server) -> None:
    """Pipelined ones too, each by the world that the one before left (RFC 9112 §9.3.2)."""
    server.reset()
    listed = CLOSE.replace(b"/stock/mug", b"/orders").replace(
        b"Connection", b"Authorization: Bearer t\r\nConnection"
    )
    answer = raw(server.url, _post() + _post() + STOCK + listed)
    assert statuses(answer) == [201, 201, 200, 200]
    assert json.loads(answer.rpartition(b"\r\n\r\n")[2])["total"] == 2


def test_a_hundred_requests_in_one_piece(server: Server) -> None:
    """None is lost, and the connection stays usable between two pieces."""
    assert statuses(raw(server.url, STOCK * 50, STOCK * 49 + CLOSE)) == [200] * 100


def test_a_request_byte_by_byte(server: Server) -> None:
    """It does not matter how a request is cut."""
    data = _post(ORDER, b"Connection: close")
    assert statuses(raw(server.url, *(data[at : at + 1] for at in range(len(data))))) == [201]


def test_noise_after_requests_does_not_take_their_answers(server: Server) -> None:
    """What came whole is answered; then the connection ends, because nothing more can be understood."""
    assert statuses(raw(server.url, STOCK + STOCK + b"\x00\x01 noise\r\n\r\n")) == [200, 200]


def test_noise_is_told_as_a_problem(server: Server) -> None:
    """What is no request gets a 400 that can be read by programs, and says whose it is."""
    answer = raw(server.url, b"\x00\x01 noise\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert statuses(answer) == [400]
    assert b"content-type: application/problem+json" in head
    assert b"x-assay-cell: no operation;" in head
    assert json.loads(body)["status"] == 400


def test_a_broken_body_is_refused_at_once(server: Server) -> None:
    """Chunks that are none end the request that they belong to, not the server."""
    head = b"POST /orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert statuses(raw(server.url, head + b"zz\r\nnone\r\n")) == [400]
    both = b"POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"
    assert statuses(raw(server.url, both)) == [400]
    assert statuses(raw(server.url, CLOSE)) == [200]


def test_a_client_may_ask_before_it_sends(server: Server) -> None:
    """`Expect: 100-continue` is answered before the body comes (RFC 9110 §10.1.1)."""
    answer = raw(server.url, _post(ORDER, b"Expect: 100-continue", b"Connection: close"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ")


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"none"])
def test_other_protocols_are_not_spoken(server: Server, protocol: bytes) -> None:
    """Who offers to upgrade is answered in HTTP/1.1 (RFC 9110 §7.8), body and all."""
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + protocol
    assert statuses(raw(server.url, STOCK.replace(b"\r\n\r\n", b"\r\n" + upgrade + b"\r\n\r\n"))) == [200]
    posted = _post(ORDER, upgrade)
    assert statuses(raw(server.url, posted)) == [201]
    assert statuses(raw(server.url, *(posted[at : at + 7] for at in range(0, len(posted), 7)))) == [201]
    assert statuses(raw(server.url, posted + STOCK + posted + STOCK)) == [201, 200, 201, 200]
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(ORDER), ORDER)
    chunked = posted.replace(b"Content-Length: %d" % len(ORDER), b"Transfer-Encoding: chunked").replace(
        ORDER, chunks
    )
    assert statuses(raw(server.url, chunked + STOCK)) == [201, 200]


def test_http_1_0_is_answered_and_ended(server: Server) -> None:
    """Without keep-alive the connection ends after the answer."""
    assert raw(server.url, b"GET /stock/mug HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_absolute_url_asks_for_its_path(server: Server) -> None:
    """As a proxy's client writes it (RFC 9112 §3.2.2)."""
    data = CLOSE.replace(b"/stock/mug", b"http://localhost/stock/mug")
    assert statuses(raw(server.url, data)) == [200]


def test_the_server_as_a_whole_has_no_options(server: Server) -> None:
    """`OPTIONS *` gets a client error, not silence."""
    assert statuses(raw(server.url, b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == [404]


def test_a_large_list_is_compressed_over_the_wire(server: Server) -> None:
    """An ordinary client unpacks it without noticing; one that does not accept it gets it plain."""
    server.reset()
    for _ in range(20):
        raw(server.url, _post(ORDER, b"Connection: close"))
    packed = requests.get(f"{server.url}/orders", headers=AUTH, timeout=5)
    plain = requests.get(f"{server.url}/orders", headers={**AUTH, "Accept-Encoding": "identity"}, timeout=5)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])


def test_a_compressed_request_over_the_wire(server: Server) -> None:
    """A body with a content coding makes the same order."""
    answer = raw(server.url, _post(gzip.compress(ORDER), b"Content-Encoding: gzip", b"Connection: close"))
    assert statuses(answer) == [201]


def test_a_page_asks_over_the_wire(server: Server) -> None:
    """Preflight, answer, and a refusal for a body too large: a page may read each."""
    page = {"Origin": "http://localhost:3000"}
    before = {
        **page,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for reply in (
        requests.options(f"{server.url}/orders", headers=before, timeout=5),
        requests.post(f"{server.url}/orders", headers={**page, **AUTH}, json={}, timeout=5),
    ):
        assert reply.headers["Access-Control-Allow-Origin"] == page["Origin"]
    announced = _post(b"", b"Origin: http://localhost:3000").replace(
        b"Content-Length: 0", b"Content-Length: 999999999"
    )
    assert b"access-control-allow-origin: http://localhost:3000" in raw(server.url, announced)


def test_the_control_endpoint_over_the_wire(server: Server) -> None:
    """It answers beside the contracts, and not at all where it was not asked for."""
    assert requests.post(f"{server.url}/__assay__/reset", timeout=5).json()["instances"] == 0
    assert requests.get(f"{server.url}/__assay__/", timeout=5).headers["Content-Type"].startswith("text/html")
    stranger = requests.get(f"{server.url}/__assay__/state", headers={"Host": "pages.example"}, timeout=5)
    assert stranger.status_code == 421
    with serve(Engine(orders())) as without:
        assert requests.get(f"{without.url}/__assay__/state", timeout=5).status_code == 404


def test_the_clock_moves_for_everybody(server: Server) -> None:
    """What is created after the clock was moved on is created then."""
    moved = requests.post(f"{server.url}/__assay__/clock", json={"advance": "2d"}, timeout=5).json()
    made = requests.post(f"{server.url}/orders", headers=AUTH, data=ORDER, timeout=5)
    assert made.status_code == 415
    made = requests.post(f"{server.url}/orders", headers=AUTH, json=json.loads(ORDER), timeout=5)
    assert made.json()["createdAt"][:13] == moved["now"][:13]


def test_what_is_under_way_is_finished_before_it_stops() -> None:
    """A request that waits for its answer gets it; a new one finds nobody."""
    running = serve(Engine(orders()), latency=0.5)
    heard: list[bytes] = []
    asking = threading.Thread(target=lambda: heard.append(raw(running.url, STOCK)))
    asking.start()
    time.sleep(0.2)
    running.stop()
    asking.join(5)
    assert statuses(heard[0]) == [200]
    with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.1", int(running.url[-5:])), 1):
        pass
