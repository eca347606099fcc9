"""`HttpSender`: what goes out is what was asked for, and whatever comes back is in the exchange."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from assay import __version__
from assay.drive.auth import Auth, CredentialError, Secrets
from assay.drive.clock import SystemClock
from assay.drive.session import HttpSender, Limits, UnsendableError
from assay.model.case import Credentials, Exchange, FailureKind, WireRequest
from fakes.raw_server import Connection, RawServer, Script, always, reply

SHORT = Limits(timeout=0.4)


@pytest.fixture(params=["lean", "requests"], autouse=True)
def _both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every claim here holds for both transports."""
    monkeypatch.setitem(CARRIED_BY, "transport", request.param)


#: what carries the requests of the test that runs
CARRIED_BY = {"transport": "lean"}


def sender(url: str, auth: Auth, limits: Limits, clock: SystemClock) -> HttpSender:
    return HttpSender(url, auth, limits, clock, transport=CARRIED_BY["transport"])


def request(path: str = "/", method: str = "GET", **changes: object) -> WireRequest:
    values = {"headers": (), "body": None, "credentials": Credentials.MISSING, **changes}
    return WireRequest(method=method, path=path, **values)  # type: ignore[arg-type]


@contextmanager
def against(
    script: Script, limits: Limits = SHORT, auth: Auth | None = None
) -> Iterator[tuple[HttpSender, RawServer]]:
    with RawServer(script) as server:
        send = sender(server.url, auth or Auth({}), limits, SystemClock())
        try:
            yield send, server
        finally:
            send.close()


def ask(script: Script, wire: WireRequest | None = None, limits: Limits = SHORT) -> Exchange:
    with against(script, limits) as (send, _):
        return send(wire or request())


def failure_of(exchange: Exchange) -> FailureKind | None:
    return exchange.failure.kind if exchange.failure else None


# what goes out


@pytest.mark.parametrize(
    "path",
    [
        "/a/%2e%2e/b",
        "/a/../b",
        "/./a",
        "//a//b",
        "/%c3%a9%2f%2F",
        "/a%20b?x=%41&y=[]|^",
        "/a?",
        "/?q=a+b#c",
        "/%",
        "/%zz",
        "/a;b=c,d/@:!$&'()*",
    ],
)
def test_the_target_goes_out_byte_for_byte(path: str) -> None:
    """No quoting, no change of case, no removal of dot segments on the way."""
    with against(always(reply())) as (send, server):
        exchange = send(request(path))
    assert server.heads[0].split(b"\r\n")[0] == f"GET {path} HTTP/1.1".encode()
    assert exchange.url == server.url + path


def test_the_path_of_the_base_url_comes_first() -> None:
    """A target below a path is asked below that path."""
    with RawServer(always(reply())) as server:
        sender(server.url + "/base/", Auth({}), SHORT, SystemClock())(request("/x"))
    assert server.heads[0].startswith(b"GET /base/x HTTP/1.1")


def test_default_headers_are_few_and_the_exchange_tells_all_that_were_sent() -> None:
    """Six lines at most, and `sent_headers` is exactly what the server read, in its order."""
    with against(always(reply())) as (send, server):
        exchange = send(request("/", "POST", body=b"{}", headers=(("Content-Type", "application/json"),)))
    sent = [tuple(line.split(": ", 1)) for line in server.heads[0].decode().split("\r\n")[1:]]
    assert sent == list(exchange.sent_headers)
    assert {name for name, _ in sent} == {
        "Host",
        "Accept-Encoding",
        "User-Agent",
        "Accept",
        "Content-Type",
        "Content-Length",
    }
    assert ("User-Agent", f"assay/{__version__}") in sent
    assert ("Accept", "application/json") in sent
    assert server.bodies == [b"{}"]


def test_a_case_may_replace_default_headers_and_repeat_its_own() -> None:
    """Accept of the case wins; two headers of one name both go out."""
    headers = (("accept", "text/html"), ("X-A", "1"), ("X-A", "2"))
    with against(always(reply())) as (send, server):
        send(request(headers=headers))
    lines = server.heads[0].decode().split("\r\n")
    assert [line for line in lines if line.lower().startswith("accept:")] == ["accept: text/html"]
    assert [line for line in lines if line.startswith("X-A")] == ["X-A: 1", "X-A: 2"]


def test_header_values_beyond_latin_1_travel_as_utf_8() -> None:
    """«é» is one byte, «€» is its UTF-8."""
    with against(always(reply())) as (send, server):
        send(request(headers=(("X-A", "é"), ("X-B", "€"))))
    assert b"X-A: \xe9\r\n" in server.heads[0] + b"\r\n"
    assert b"X-B: \xe2\x82\xac\r\n" in server.heads[0] + b"\r\n"


@pytest.mark.parametrize(
    "wire",
    [
        request("no-slash"),
        request("/a b"),
        request("/é"),
        request("/", "GE T"),
        request(headers=(("X-A", "a\r\nX-B: c"),)),
        request(headers=(("X A", "a"),)),
    ],
)
def test_what_is_not_http_on_our_side_is_refused_before_anything_is_sent(wire: WireRequest) -> None:
    """A broken case is our fault, and never becomes the target's."""
    with against(always(reply())) as (send, server):
        with pytest.raises(UnsendableError, match=r"^Cannot send the request: because .*\. "):
            send(wire)
        assert server.accepted == 0


def test_no_cookie_survives_from_one_request_to_the_next() -> None:
    """Set-Cookie is reported and not kept; a Cookie of the case goes out."""
    with against(always(reply(b"{}", "Set-Cookie: a=b"))) as (send, server):
        first = send(request())
        send(request(headers=(("Cookie", "mine=1"),)))
        send(request())
    assert first.response is not None
    assert first.response.header("set-cookie") == "a=b"
    assert [b"ookie" in head for head in server.heads] == [False, True, False]


def test_redirects_are_answers_and_are_not_followed() -> None:
    """One request, one answer, even when Location is nonsense."""
    with against(always(reply(b"", "Location: http://[nonsense", status="302 Found"))) as (send, server):
        exchange = send(request())
    assert exchange.response is not None
    assert (exchange.response.status, len(server.heads)) == (302, 1)


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY is not looked at: a test talks to its target and to nobody else."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    assert ask(always(reply())).failure is None


# what comes back


def test_response_headers_keep_order_case_and_duplicates() -> None:
    """As on the wire."""
    exchange = ask(always(reply(b"{}", "b: 1", "A: 2", "B: 3")))
    assert exchange.response is not None
    assert exchange.response.headers == (("Content-Length", "2"), ("b", "1"), ("A", "2"), ("B", "3"))
    assert (exchange.response.reason, exchange.response.body) == ("OK", b"{}")


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("x-gzip", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello")[2:-4]),
        ("deflate, gzip", gzip.compress(zlib.compress(b"hello"), mtime=0)),
        ("identity", b"hello"),
    ],
    ids=("gzip", "two members", "zlib", "raw deflate", "twice", "identity"),  # gzip bytes tell the time
)
def test_content_codings_are_undone(coding: str, body: bytes) -> None:
    """The judge sees the representation, whatever the server packed it in."""
    exchange = ask(always(reply(body, f"Content-Encoding: {coding}")))
    assert exchange.response is not None
    assert (exchange.response.body, exchange.failure) == (b"hello", None)


def test_a_gzip_body_that_lies_is_a_failure_with_the_response_kept() -> None:
    """Not gzip at all: malformed. Ends in the middle: cut, with what could be read."""
    malformed = ask(always(reply(b"plain", "Content-Encoding: gzip")))
    cut = ask(always(reply(gzip.compress(b"hello" * 999)[:-9], "Content-Encoding: gzip")))
    assert (failure_of(malformed), failure_of(cut)) == (FailureKind.MALFORMED, FailureKind.CUT)
    assert cut.response is not None
    assert cut.response.body.startswith(b"hello")


def test_a_small_gzip_body_cannot_fill_the_memory() -> None:
    """The limit counts after decompression too."""
    bomb = gzip.compress(bytes(5_000_000))
    exchange = ask(always(reply(bomb, "Content-Encoding: gzip")), limits=Limits(timeout=2, max_body=100_000))
    assert failure_of(exchange) is FailureKind.TOO_LARGE
    assert exchange.response is not None
    assert len(exchange.response.body) == 64 * 1024


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    """An endless body ends at the limit; 64 KiB of it stay as evidence."""

    def endless(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.say(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")

    exchange = ask(endless, limits=Limits(timeout=3, max_body=200_000))
    assert failure_of(exchange) is FailureKind.TOO_LARGE
    assert exchange.response is not None
    assert exchange.response.body == b"x" * 64 * 1024


def test_head_and_no_content_have_no_body_whatever_they_announce() -> None:
    """RFC 9112 §6.3: a HEAD answer announces the length GET would have; 204 has none. No wait for either."""
    answers = {
        b"HEAD": reply(b"", length=1000),
        b"DELETE": reply(b"junk", status="204 No Content"),
        b"GET": reply(),
    }

    def by_method(connection: Connection, _number: int) -> None:
        while head := connection.read():
            connection.say(answers[head.split()[0]])

    with against(by_method) as (send, server):
        head = send(request("/", "HEAD"))
        empty = send(request("/", "DELETE"))
        after = send(request())
    assert [e.failure for e in (head, empty, after)] == [None, None, None]
    assert [e.response.status for e in (head, empty, after) if e.response] == [200, 204, 200]
    # the 204 that brought a body must not poison the next answer
    assert server.accepted == 2


def test_interim_answers_are_passed_over() -> None:
    """100 and 103 come before the answer and are not it (RFC 9110 §15.2); the connection stays in step."""
    hints = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    with against(always(hints + reply(b"one"), hints + reply(b"two"))) as (send, server):
        answers = [send(request()).response for _ in range(2)]
        assert server.accepted == 1
    assert [(answer.status, answer.body) for answer in answers if answer] == [(200, b"one"), (200, b"two")]
    assert all(answer.header("Link") is None for answer in answers if answer)


def test_an_early_refusal_of_a_large_request_is_read() -> None:
    """A server may answer 413 before it has read everything."""

    def refuse(connection: Connection, _number: int) -> None:
        connection.sock.recv(1000)
        connection.say(reply(b"{}", status="413 Content Too Large"))
        while connection.sock.recv(65536):
            pass

    exchange = ask(refuse, request("/", "POST", body=bytes(3_000_000)), Limits(timeout=3))
    assert exchange.response is not None
    assert exchange.response.status == 413


def test_a_body_may_end_with_the_connection() -> None:
    """Without a length, the body is what comes until the server closes (RFC 9112 §6.3, rule 8)."""

    def script(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(b"HTTP/1.0 200 OK\r\n\r\nhello")

    exchange = ask(script)
    assert exchange.response is not None
    assert (exchange.response.body, exchange.failure) == (b"hello", None)


# what does not come back


def test_nobody_listening_is_refused_and_dead() -> None:
    """The environment's fault, so `alive` is False."""
    with RawServer(always(reply())) as server:
        server.stop_listening()
        exchange = sender(server.url, Auth({}), SHORT, SystemClock())(request())
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.alive) == (FailureKind.REFUSED, False)
    assert exchange.response is None


def test_an_unknown_name_is_unreachable_and_dead() -> None:
    """`.invalid` never resolves (RFC 6761 §6.4)."""
    exchange = sender("http://nowhere.invalid", Auth({}), SHORT, SystemClock())(request())
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.alive) == (FailureKind.UNREACHABLE, False)


def test_plain_text_where_tls_is_spoken_is_unreachable() -> None:
    """A TLS failure is the environment's."""
    with RawServer(lambda connection, _: connection.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        send = sender(server.url.replace("http:", "https:"), Auth({}), SHORT, SystemClock())
        exchange = send(request())
    assert failure_of(exchange) is FailureKind.UNREACHABLE


@pytest.mark.parametrize("slowly", [b"", b"H", b"HTTP/1.1 200 OK\r\nX: "])
def test_silence_and_dripping_end_at_the_deadline(slowly: bytes) -> None:
    """The limit is for the request as a whole: a byte now and then buys no time."""
    over = threading.Event()

    def drip(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(slowly)
        while slowly and not over.wait(0.05):
            connection.say(b"x")
        over.wait(5)

    begin = time.monotonic()
    exchange = ask(drip)
    over.set()
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.alive) == (FailureKind.TIMEOUT, True)
    assert time.monotonic() - begin < 2


def test_a_dripping_body_times_out_and_what_came_is_kept() -> None:
    """Status, headers and the beginning of the body are evidence."""
    over = threading.Event()

    def drip(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(reply(b"abc", length=1000))
        while not over.wait(0.05):
            connection.say(b"x")

    exchange = ask(drip)
    over.set()
    assert failure_of(exchange) is FailureKind.TIMEOUT
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert exchange.response.body.startswith(b"abcx")


def test_a_target_that_does_not_read_times_out() -> None:
    """A large request that nobody takes is bounded too."""
    over = threading.Event()
    begin = time.monotonic()
    exchange = ask(lambda _connection, _number: over.wait(5), request("/", "POST", body=bytes(30_000_000)))
    over.set()
    assert failure_of(exchange) is FailureKind.TIMEOUT
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("rude", [True, False])
def test_a_connection_closed_before_an_answer_is_a_reset_of_a_living_target(rude: bool) -> None:
    """RST or FIN: the same to us. Somebody still listens, so the fault is the API's."""

    def hang_up(connection: Connection, _number: int) -> None:
        connection.read()
        if rude:
            connection.reset()

    exchange = ask(hang_up)
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.alive) == (FailureKind.RESET, True)


def test_a_reset_by_a_target_that_then_is_gone_is_not_alive() -> None:
    """The probe finds nobody: the process died, and later refusals are not the API's answers."""
    with RawServer(lambda connection, _: die(connection)) as server:

        def die(connection: Connection) -> None:
            connection.read()
            server.stop_listening()

        exchange = sender(server.url, Auth({}), SHORT, SystemClock())(request())
    assert exchange.failure is not None
    assert (exchange.failure.kind, exchange.failure.alive) == (FailureKind.RESET, False)


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"abc", length=10),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
def test_a_body_shorter_than_announced_is_cut_with_the_rest_kept(answer: bytes) -> None:
    """Status, headers and what came of the body are evidence."""

    def script(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(answer)

    exchange = ask(script)
    assert failure_of(exchange) is FailureKind.CUT
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (200, b"abc")
    assert exchange.response.headers


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"\0\1\2\3\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 60_000 + b"\r\n") * 5 + b"Content-Length: 0\r\n\r\n",
    ],
)
def test_what_is_not_http_is_malformed(answer: bytes) -> None:
    """Another protocol, a status that is no number, heads without measure."""

    def script(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(answer)

    exchange = ask(script)
    assert failure_of(exchange) is FailureKind.MALFORMED


@pytest.mark.parametrize(
    "length", ["abc", "-3", "+3", "3_0", "3, 4", "3\r\nContent-Length: 4", "", "9" * 5000]
)
def test_a_length_that_is_no_number_is_malformed_at_once(length: str) -> None:
    """Read to the end of the connection, as `http.client` would, it is a timeout, or passes for sound."""
    exchange = ask(always(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc".encode()))
    assert failure_of(exchange) is FailureKind.MALFORMED
    assert "Content-Length" in str(exchange.failure)


@pytest.mark.parametrize("length", ["3, 3", "3\r\nContent-Length: 3", " 3 "])
def test_a_length_said_twice_counts_once(length: str) -> None:
    """RFC 9112 §6.3, rule 5; the connection serves the next request too."""
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc".encode()
    with against(always(answer, answer)) as (send, server):
        exchanges = [send(request()) for _ in range(2)]
    assert [e.response and e.response.body for e in exchanges] == [b"abc", b"abc"]
    assert server.accepted == 1


@pytest.mark.parametrize("size", [b"zz", b"-5", b"0x3", b"1_0", b"", b"3;" + b"e" * 70_000])
def test_a_chunk_without_a_size_is_malformed_with_the_rest_kept(size: bytes) -> None:
    """What came before it is evidence; `int` takes more than HTTP does."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    exchange = ask(always(head + size + b"\r\nabc\r\n0\r\n\r\n"))
    assert failure_of(exchange) is FailureKind.MALFORMED
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (200, b"abc")


@pytest.mark.parametrize(
    ("members", "failure", "body"), [(5_000, None, b"abc"), (300_000, FailureKind.MALFORMED, b"")]
)
def test_a_gzip_body_of_many_tiny_members_is_undone_in_moderate_time(
    members: int, failure: FailureKind | None, body: bytes
) -> None:
    """Undoing each copies what follows it, so that without measure it takes minutes, beyond any timeout."""
    sent = gzip.compress(b"") * members + gzip.compress(b"abc")
    begin = time.monotonic()
    exchange = ask(always(reply(sent, "Content-Encoding: gzip")), limits=Limits(timeout=5))
    assert exchange.response is not None
    assert (failure_of(exchange), exchange.response.body) == (failure, body)
    assert time.monotonic() - begin < 5


# keep-alive


def test_one_connection_serves_many_requests() -> None:
    """Keep-alive: the second request costs no handshake."""
    with against(always(reply())) as (send, server):
        for _ in range(5):
            assert send(request("/", "POST", body=b"{}")).failure is None
        assert server.accepted == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_closed_while_idle_is_nobodys_fault(method: str) -> None:
    """The socket is looked at before it is used again: each request of either kind is made exactly once."""
    closed = threading.Event()

    def once(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(reply())
        connection.sock.shutdown(socket.SHUT_RDWR)
        closed.set()

    with against(once) as (send, server):
        for _ in range(3):
            assert send(request("/", method)).failure is None
            assert closed.wait(2)
            closed.clear()
            time.sleep(0.02)
        assert len(server.heads) == 3


def closes_on_second_request(connection: Connection, number: int) -> None:
    """The moment nobody can see coming: the server closes as the next request is on its way."""
    connection.read()
    connection.say(reply())
    connection.read()
    if number > 0:
        connection.say(reply())


def test_a_safe_request_that_met_the_close_is_sent_once_more() -> None:
    """GET on a used connection, no byte of an answer: a fresh connection tells (RFC 9112 §9.3.1)."""
    with against(closes_on_second_request) as (send, server):
        assert [send(request()).failure for _ in range(2)] == [None, None]
        assert (server.accepted, len(server.heads)) == (2, 3)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_unsafe_request_that_met_the_close_is_never_repeated(method: str) -> None:
    """The server may have acted on it; the failure says on what kind of connection it happened."""
    with against(closes_on_second_request) as (send, server):
        assert send(request("/", method)).failure is None
        failure = send(request("/", method)).failure
        assert failure is not None
        assert failure.kind is FailureKind.RESET
        assert "on a connection used before" in failure.message
        assert len(server.heads) == 2


def test_a_safe_request_on_a_fresh_connection_is_not_repeated() -> None:
    """There a close is the target's own doing."""
    with against(lambda connection, _: connection.read() and None) as (send, server):
        assert failure_of(send(request())) is FailureKind.RESET
        assert len(server.heads) == 1


def test_after_a_failure_the_next_request_is_answered_on_a_new_connection() -> None:
    """A connection with half a body left in it is not used again."""

    def script(connection: Connection, number: int) -> None:
        while connection.read():
            connection.say(reply(b"x" * 300_000) if number == 0 else reply(b"fine"))

    with against(script, Limits(timeout=2, max_body=100_000)) as (send, server):
        assert failure_of(send(request())) is FailureKind.TOO_LARGE
        after = send(request())
        assert after.response is not None
        assert after.response.body == b"fine"
        assert server.accepted == 2


def test_threads_may_share_a_sender() -> None:
    """Each gets its own answer."""

    def echo(connection: Connection, _number: int) -> None:
        while head := connection.read():
            connection.say(reply(head.split()[1]))

    wrong: list[str] = []
    with against(echo, Limits(timeout=5)) as (send, _):

        def work(name: str) -> None:
            for turn in range(20):
                path = f"/{name}/{turn}"
                exchange = send(request(path))
                if exchange.response is None or exchange.response.body != path.encode():
                    wrong.append(path)

        threads = [threading.Thread(target=work, args=(str(n),)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert wrong == []


# busy targets


BUSY = reply(b"{}", "Retry-After: 0", status="429 Too Many Requests")


def test_a_busy_answer_is_returned_as_it_is_unless_politeness_is_asked_for() -> None:
    """429 is an answer like any other."""
    with against(always(BUSY, reply())) as (send, server):
        exchange = send(request())
        assert exchange.response is not None
        assert (exchange.response.status, len(server.heads)) == (429, 1)


def test_a_polite_sender_asks_again_and_returns_the_last_answer() -> None:
    """429, 429, 200: the exchange is the 200."""
    with against(always(BUSY, BUSY, reply()), Limits(timeout=1, polite=True)) as (send, server):
        exchange = send(request())
        assert exchange.response is not None
        assert (exchange.response.status, len(server.heads)) == (200, 3)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (BUSY, 4),
        (reply(b"{}", "Retry-After: 3600", status="503 Service Unavailable"), 1),
        (reply(b"{}", status="503 Service Unavailable"), 1),
        (reply(b"{}", "Retry-After: soon", status="503 Service Unavailable"), 1),
    ],
)
def test_politeness_is_bounded(answer: bytes, asked: int) -> None:
    """Neither for ever, nor for longer than the limit, nor without a time named."""
    with against(always(answer), Limits(timeout=1, polite=True, retry_after_max=5)) as (send, server):
        send(request())
        assert len(server.heads) == asked


def test_a_target_that_is_always_busy_is_not_waited_for_until_it_answers_otherwise() -> None:
    """A run of two hundred requests would else wait for an hour and a half."""
    always_busy = [BUSY] * 9
    with against(always(*always_busy, reply(), BUSY, reply()), Limits(timeout=1, polite=True)) as (
        send,
        server,
    ):
        asked = []
        for _ in range(5):
            before = len(server.heads)
            send(request())
            asked.append(len(server.heads) - before)
    assert asked == [4, 4, 1, 1, 2]


# credentials


def test_credentials_are_added_on_the_way_out_and_only_there() -> None:
    """They are in what was sent, never in the request value."""
    auth = Auth({"b": {"type": "http", "scheme": "bearer"}}, Secrets({"b": "s3cret-token"}))
    wire = request(credentials=Credentials.VALID, schemes=("b",))
    with against(always(reply()), auth=auth) as (send, server):
        exchange = send(wire)
    assert b"Authorization: Bearer s3cret-token" in server.heads[0]
    assert ("Authorization", "Bearer s3cret-token") in exchange.sent_headers
    assert "s3cret" not in repr(exchange.request)


def test_query_and_cookie_keys_join_what_the_case_has() -> None:
    """`?a=1` becomes `?a=1&key=…`; cookies share one header (RFC 6265 §5.4)."""
    auth = Auth(
        {
            "q": {"type": "apiKey", "in": "query", "name": "key"},
            "c": {"type": "apiKey", "in": "cookie", "name": "sid"},
        },
        Secrets({"*": "a b&c"}),
    )
    wire = request(
        "/x?a=1", headers=(("Cookie", "mine=1"),), credentials=Credentials.VALID, schemes=("q", "c")
    )
    with against(always(reply()), auth=auth) as (send, server):
        send(wire)
    assert server.heads[0].startswith(b"GET /x?a=1&key=a%20b%26c HTTP/1.1")
    assert b"Cookie: mine=1; sid=a b&c" in server.heads[0]


def test_a_secret_that_nobody_gave_is_the_users_to_mend() -> None:
    """Sending without it would test something else in silence."""
    auth = Auth({"b": {"type": "http", "scheme": "bearer"}})
    with against(always(reply()), auth=auth) as (send, server):
        with pytest.raises(CredentialError, match="no credential for the security scheme «b»"):
            send(request(credentials=Credentials.VALID, schemes=("b",)))
        assert server.accepted == 0


@pytest.mark.parametrize(
    "url", ["ftp://x", "example.com", "http://", "http://x/?q=1", "http://u:p@x", "http://a b"]
)
def test_a_base_url_that_cannot_be_a_target_is_refused(url: str) -> None:
    """Said at once, with the reason."""
    with pytest.raises(ValueError, match=r"^Cannot use .*: because "):
        sender(url, Auth({}), SHORT, SystemClock())


def test_a_rate_is_kept() -> None:
    """Three requests at 20 a second need two waits of 50 ms."""
    with against(always(reply()), Limits(timeout=1, rate=20, burst=1)) as (send, _):
        begin = time.monotonic()
        for _ in range(3):
            send(request())
        assert time.monotonic() - begin >= 0.09


# connections that are opened before


def test_warming_up_asks_nothing() -> None:
    """Connections are opened and no byte is written over them; requests then go out over these."""
    with against(always(reply()), Limits(timeout=2)) as (send, server):
        send.warm(3)
        _until(lambda: server.accepted == 3)
        assert server.heads == []
        threads = [threading.Thread(target=send, args=(request("/", "POST"),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert len(server.heads) == 3
        assert server.accepted == 3


def test_warming_up_opens_no_more_than_is_missing() -> None:
    """What waits for a request already counts."""
    with against(always(reply()), Limits(timeout=2)) as (send, server):
        send.warm(2)
        send.warm(3)
        _until(lambda: server.accepted == 3)
        send.warm(3)
        send(request())
        assert server.accepted == 3


def test_nobody_at_home_is_no_error_of_warming_up() -> None:
    """What cannot be opened now will fail when a request needs it, and is told then."""
    with RawServer(always(reply())) as server:
        url = server.url
    send = sender(url, Auth({}), SHORT, SystemClock())
    try:
        send.warm(2)
        assert failure_of(send(request())) is FailureKind.REFUSED
    finally:
        send.close()


def _until(done: Callable[[], bool]) -> None:
    for _ in range(500):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to pass in time")
