"""Both transports over TLS: who is trusted, and that connections are kept."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assay.drive.auth import Auth
from assay.drive.clock import SystemClock
from assay.drive.session import TRANSPORTS, HttpSender, Limits
from assay.model.case import Credentials, FailureKind, WireRequest
from fakes.raw_server import CERTIFICATE, Connection, RawServer, Script, always, reply

pytestmark = pytest.mark.parametrize("transport", TRANSPORTS)
GET = WireRequest("GET", "/", (), None, Credentials.MISSING)
POST = WireRequest("POST", "/", (), b"{}", Credentials.MISSING)


@contextmanager
def against(
    script: Script, transport: str, verify: bool | str = str(CERTIFICATE)
) -> Iterator[tuple[HttpSender, RawServer]]:
    with RawServer(script, tls=True) as server:
        send = HttpSender(
            server.url, Auth({}), Limits(timeout=5), SystemClock(), verify=verify, transport=transport
        )
        try:
            yield send, server
        finally:
            send.close()


def test_one_connection_serves_many_requests(transport: str) -> None:
    """A handshake is dear: the second request needs none."""
    body = bytes(range(256)) * 2000
    with against(always(reply(body)), transport) as (send, server):
        for request in (GET, POST, GET):
            answer = send(request).response
            assert answer is not None
            assert answer.body == body
        assert server.accepted == 1


@pytest.mark.parametrize("trusted", [True, "a folder"])
def test_who_is_not_trusted_is_unreachable(transport: str, trusted: bool | str, tmp_path) -> None:
    """The certificate is its own: neither the usual authorities nor an empty folder know it."""
    verify = trusted if trusted is True else str(tmp_path)
    with against(always(reply()), transport, verify) as (send, server):
        failure = send(GET).failure
    assert failure is not None
    assert (failure.kind, failure.alive) == (FailureKind.UNREACHABLE, False)
    assert "TLS with" in failure.message
    assert server.heads == []


def test_a_certificate_for_another_name_is_not_trusted(transport: str) -> None:
    """It is for «localhost», and we asked for an address."""
    with RawServer(always(reply()), tls=True) as server:
        url = f"https://127.0.0.1:{server.port}"
        send = HttpSender(
            url, Auth({}), Limits(timeout=5), SystemClock(), verify=str(CERTIFICATE), transport=transport
        )
        failure = send(GET).failure
        send.close()
    assert failure is not None
    assert failure.kind is FailureKind.UNREACHABLE
    assert server.heads == []


def test_a_missing_bundle_is_the_environments_fault(transport: str, tmp_path) -> None:
    """Told as a failure, not raised in the middle of a run."""
    with against(always(reply()), transport, str(tmp_path / "gone.pem")) as (send, _):
        failure = send(GET).failure
    assert failure is not None
    assert failure.kind is FailureKind.UNREACHABLE


def test_certificates_are_not_looked_at_where_nobody_wants_it(transport: str) -> None:
    """`verify = false`: a test system with a certificate of its own is asked all the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with against(always(reply()), transport, verify=False) as (send, _):
            assert send(GET).failure is None


def test_silence_in_the_handshake_ends_at_the_deadline(transport: str) -> None:
    """A server that accepts and says nothing holds nobody."""
    with RawServer(lambda connection, _: server.over.wait(5)) as server:
        url = f"https://localhost:{server.port}"
        send = HttpSender(url, Auth({}), Limits(timeout=0.3), SystemClock(), transport=transport)
        begin = time.monotonic()
        failure = send(GET).failure
        send.close()
    assert failure is not None
    assert failure.kind is FailureKind.UNREACHABLE
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize("request_", [GET, POST])
def test_a_connection_closed_while_idle_is_nobodys_fault(transport: str, request_: WireRequest) -> None:
    """It is looked at before it is used again: each request is made exactly once."""
    closed = threading.Event()

    def once(connection: Connection, _number: int) -> None:
        connection.read()
        connection.say(reply())
        connection.sock.close()
        closed.set()

    with against(once, transport) as (send, server):
        for _ in range(3):
            assert send(request_).failure is None
            assert closed.wait(5)
            closed.clear()
            time.sleep(0.02)
        assert len(server.heads) == 3


def test_connections_that_were_warmed_up_carry_the_requests(transport: str) -> None:
    """What TLS itself sends after its handshake (RFC 8446 §4.6.1) is no reason to distrust a connection."""
    if transport == "requests":
        pytest.skip(
            "urllib3 takes session tickets for bytes that nobody asked for, and opens another connection"
        )
    with against(always(reply()), transport) as (send, server):
        send.warm(3)
        for _ in range(500):
            if server.accepted == 3:
                break
            time.sleep(0.01)
        time.sleep(0.05)
        threads = [threading.Thread(target=send, args=(POST,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
        assert (len(server.heads), server.accepted) == (3, 3)
