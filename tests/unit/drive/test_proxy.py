"""Claims about requests that go through a proxy, and about connections that take too long."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assay.drive.auth import Auth, Secrets
from assay.drive.clock import SystemClock
from assay.drive.proxy import Proxy
from assay.drive.session import TRANSPORTS, HttpSender, Limits
from assay.model.case import Credentials, Exchange, FailureKind, WireRequest
from fakes.raw_server import CERTIFICATE, Connection, RawServer

SECRET = "us3r:pr0xy-pa55"
SHOWN = f"Basic {base64.b64encode(SECRET.encode()).decode()}"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def answers(connection: Connection, _number: int) -> None:
    while connection.read():
        connection.say(OK)


def tunnels(connection: Connection, _number: int) -> None:
    """Connects to whom it is told, and carries bytes."""
    head = connection.read()
    if f"Proxy-Authorization: {SHOWN}".encode() not in head:
        connection.say(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")
        return
    port = int(re.match(rb"CONNECT [^ ]*:(\d+) HTTP/1", head)[1])  # type: ignore[index]
    with socket.create_connection(("127.0.0.1", port)) as there:
        connection.say(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=_carry, args=(there, connection.sock), daemon=True).start()
        _carry(connection.sock, there)


def _carry(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


@contextmanager
def asking(url: str, proxy: RawServer, transport: str, secret: str = SECRET) -> Iterator[HttpSender]:
    through = (
        Proxy.of(f"http://{secret}@127.0.0.1:{proxy.port}") if secret else Proxy("127.0.0.1", proxy.port)
    )
    auth = Auth({"key": {"type": "http", "scheme": "bearer"}}, Secrets({"*": "t0ken"}))
    send = HttpSender(
        url,
        auth,
        Limits(timeout=5),
        SystemClock(),
        verify=str(CERTIFICATE),
        transport=transport,
        proxy=through,
    )
    try:
        yield send
    finally:
        send.close()


def request(path: str = "/a%2e?b=1") -> WireRequest:
    return WireRequest("POST", path, (("X-A", "1"),), b"{}", Credentials.VALID, ("key",))


def _bytes_of(transport: str) -> tuple[bytes, bytes, Exchange]:
    with RawServer(answers) as proxy, asking("http://target.invalid/base", proxy, transport) as send:
        found = send(request())
        return proxy.heads[0], proxy.bodies[0], found


def test_a_proxy_is_asked_for_absolute_targets_in_the_same_bytes() -> None:
    (lean, body, exchange), (reference, other, told) = map(_bytes_of, TRANSPORTS)
    assert (lean, body) == (reference, other)
    assert lean.startswith(b"POST http://target.invalid/base/a%2e?b=1 HTTP/1.1\r\nHost: target.invalid\r\n")
    assert f"Proxy-Authorization: {SHOWN}".encode() in lean
    assert exchange.response is not None
    assert exchange.url == told.url == "http://target.invalid/base/a%2e?b=1"
    assert exchange.sent_headers == told.sent_headers


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_tls_goes_through_a_tunnel_and_what_the_proxy_is_shown_stays_outside(transport: str) -> None:
    with RawServer(answers, tls=True) as target, RawServer(tunnels) as proxy:
        with asking(target.url, proxy, transport) as send:
            assert [send(request()).response is not None for _ in range(3)] == [True] * 3
        assert proxy.accepted == 1
        assert len(target.heads) == 3
        assert all(b"Proxy" not in head and head.startswith(b"POST /a%2e") for head in target.heads)
        assert b"t0ken" not in proxy.heads[0]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_proxy_that_wants_other_credentials_is_the_environments_fault(transport: str) -> None:
    def wants(connection: Connection, _number: int) -> None:
        while connection.read():
            connection.say(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")

    for url, script in (("http://target.invalid", wants), ("https://localhost:1", tunnels)):
        with RawServer(script) as proxy, asking(url, proxy, transport, secret="wrong:wr0ng-pa55") as send:
            failure = send(request()).failure
        assert failure is not None
        assert failure.kind is FailureKind.UNREACHABLE
        assert "through the proxy http://127.0.0.1" in failure.message
        assert "wr0ng" not in failure.message


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_proxy_that_is_not_there_is_told(transport: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    send = HttpSender("http://x.invalid", Auth({}), Limits(), SystemClock(), transport=transport,
                      proxy=Proxy("127.0.0.1", port))  # fmt: skip
    failure = send(WireRequest("GET", "/", (), None, Credentials.MISSING)).failure
    assert failure is not None
    assert failure.kind is FailureKind.REFUSED
    assert failure.message == f"nobody listens at http://x.invalid through the proxy http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    "url", ["socks5://x", "https://x", "http://", "http://x/path", "http://u:s3cret@x:port", "x"]
)
def test_a_proxy_that_is_none_is_never_quoted(url: str) -> None:
    with pytest.raises(
        ValueError, match="Cannot use the proxy: because its URL is not of the form"
    ) as caught:
        Proxy.of(url)
    assert "s3cret" not in str(caught.value)


def test_user_information_is_decoded_and_not_shown() -> None:
    proxy = Proxy.of("http://u%40x:p%3Aw@proxy.invalid:3128/")
    assert (proxy.secret, proxy.url) == ("u@x:p:w", "http://proxy.invalid:3128")
    assert "p:w" not in repr(proxy)
    assert Proxy.of("http://[::1]").url == "http://[::1]:80"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_opening_a_connection_has_a_time_of_its_own(transport: str) -> None:
    """A host that accepts and says nothing to TLS: the environment's fault, long before the request's time is over."""
    with RawServer(lambda connection, _number: connection.sock.recv(1) and server.over.wait(5)) as server:
        url = server.url.replace("http://127.0.0.1", "https://localhost")
        limits = Limits(timeout=30, connect=0.2)
        send = HttpSender(url, Auth({}), limits, SystemClock(), transport=transport)
        found = send(WireRequest("GET", "/", (), None, Credentials.MISSING))
        assert found.failure is not None
        assert found.failure.kind is FailureKind.UNREACHABLE
        assert found.failure.message == f"no connection to {url} within 0.2 s"
        assert found.elapsed < 15


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_answer_may_take_longer_than_a_connection(transport: str) -> None:
    def dawdles(connection: Connection, _number: int) -> None:
        connection.read()
        server.over.wait(0.5)
        connection.say(OK)

    with RawServer(dawdles) as server:
        limits = Limits(timeout=30, connect=0.2)
        send = HttpSender(server.url, Auth({}), limits, SystemClock(), transport=transport)
        assert send(WireRequest("GET", "/", (), None, Credentials.MISSING)).response is not None


def test_a_run_goes_through_the_proxy_and_tells_nothing_of_it(tmp_path: Path, monkeypatch, capfd) -> None:
    """By a configuration: every request comes to the proxy, and its password to no file."""
    from assay.__main__ import main  # noqa: PLC0415
    from unit.cli.conftest import write_contracts  # noqa: PLC0415

    write_contracts(tmp_path / "contracts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", "let-me-in")
    for written in (f'"http://{SECRET}@127.0.0.1:PORT"', '{env = "PROXY_URL"}'):
        with RawServer(answers) as proxy:
            monkeypatch.setenv("PROXY_URL", f"http://{SECRET}@127.0.0.1:{proxy.port}")
            line = written.replace("PORT", str(proxy.port))
            Path("assay.toml").write_text(
                f'[targets.x]\nurl = "http://target.invalid"\nauth-env = "KEY"\nproxy = {line}\nconnect-timeout = 2\n'
            )
            assert main(["run", "--target", "x", "-q", "--max-time", "3"]) in {1, 5}
            assert len(proxy.heads) > 5
        Path("assay.toml").unlink()
        said = capfd.readouterr()
        assert "pr0xy" not in said.out + said.err
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or b"pr0xy-pa55" not in path.read_bytes(), path
        assert json.loads(Path("reports/latest/report.json").read_text())["violations"]
