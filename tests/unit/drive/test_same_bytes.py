"""Nobody at the other end can tell which transport carried a request: the bytes are the same."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import requests as requests_library

from assay.app.generate import requests_for
from assay.app.profile import PROFILES
from assay.drive.auth import Auth, Secrets
from assay.drive.carried import Carried
from assay.drive.clock import SystemClock
from assay.drive.hook import Hook
from assay.drive.keeper import Issued, Keeper, Keyring
from assay.drive.session import TRANSPORTS, HttpSender, Limits
from assay.explore import generated
from assay.inputs.wire import build
from assay.model.case import Credentials, WireRequest
from assay.model.contract import Api
from assay.plan.witness import Planner
from fakes.contracts import shipped, supply

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Recorder:
    """Keeps every byte it is sent, request by request; each ends with a mark that only we know."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port = self._listener.getsockname()[1]
        self.got: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            data = b""
            while part := sock.recv(1 << 20):
                data += part
                if _whole(data):
                    self.got.append(data)
                    data = b""
                    sock.sendall(ANSWER)

    def close(self) -> None:
        self._listener.close()


def _whole(data: bytes) -> bool:
    """True when a request is complete (RFC 9112 §6.3), with `Content-Length` above all as both transports do."""
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in fields:
        return len(body) >= int(fields[b"content-length"])
    return b"transfer-encoding" not in fields or body.endswith(b"0\r\n\r\n")


def sent(
    requests: Sequence[WireRequest], transport: str, auth: Auth, host: str = "127.0.0.1"
) -> list[tuple[bytes, tuple[tuple[str, str], ...]]]:
    """What arrived of each request, and what the exchange says was sent."""
    recorder = Recorder("::1" if host == "[::1]" else "127.0.0.1")
    try:
        url = f"http://{host}:{recorder.port}"
        send = HttpSender(url, auth, Limits(timeout=10), SystemClock(), transport=transport)
        told = []
        for request in requests:
            exchange = send(request)
            assert exchange.response is not None, (request, exchange.failure)
            # the port differs from one recorder to the next
            plain = f":{recorder.port}"
            told.append(
                tuple((name, value.replace(plain, ":PORT") if name == "Host" else value) for name, value in
                      exchange.sent_headers)
            )  # fmt: skip
        send.close()
        arrived = [data.replace(plain.encode(), b":PORT") for data in recorder.got]
    finally:
        recorder.close()
    assert len(arrived) == len(requests)
    return list(zip(arrived, told, strict=True))


def assert_same(requests: Sequence[WireRequest], auth: Auth | None = None, host: str = "127.0.0.1") -> None:
    """The same bytes by every transport, and the exchange tells what they say."""
    lean, reference = (sent(requests, transport, auth or Auth({}), host=host) for transport in TRANSPORTS)
    for request, ours, theirs in zip(requests, lean, reference, strict=True):
        assert ours == theirs, request
        lines = ours[0].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        assert [f"{name}: {value}" for name, value in ours[1]] == lines


def planned(api: Api) -> Iterator[WireRequest]:
    """Every request of the witness and of the generated plan."""
    known = supply(api)
    planner, profile = Planner(api, known), PROFILES["gate"]
    for operation in api.operations:
        scripts = list(planner.witness(operation, profile.witness).scripts)
        made, _ = requests_for(planner, operation, profile.valid, profile.invalid, 1, known)
        scripts += generated.scripts(planner, operation, made)
        for script in scripts:
            for case in script.steps:
                yield build(api, api.operation(case.operation), case, "an-id")


@pytest.mark.parametrize("name", ["iplaygames", "equos"])
def test_all_that_is_planned_and_generated_arrives_the_same(name: str) -> None:
    """Each request of both APIs of this repository, with credentials as they are sent."""
    api = shipped().api(name)
    requests = list(dict.fromkeys(planned(api)))
    assert len(requests) > 50
    assert_same(requests, Auth(api.security_schemes, Secrets({"*": "a-secret"})))


def request(path: str = "/", method: str = "GET", **changes: object) -> WireRequest:
    values = {"headers": (), "body": None, "credentials": Credentials.MISSING, **changes}
    return WireRequest(method=method, path=path, **values)  # type: ignore[arg-type]


TARGETS = [
    "/%2e%2e/a",
    "/a/../b",
    "//a",
    "/a%2Fb%2fc",
    "/%c3%a9",
    "/?q=%E2%82%AC",
    "/?",
    "/a?b#c",
    "/%zz",
    "/a;b=[]|^",
]
METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PURGE",
    "get",
    "post",
    "delete",
]
HEADERS = [
    (("X-A", "1"), ("X-B", "2"), ("x-a", "3"), ("X-A", "")),
    (("accept", "text/html"), ("USER-AGENT", "me")),
    (("Host", "else.where"), ("accept-encoding", "gzip")),
    (("X-A", "é"), ("X-B", "€"), ("X-C", "\ud800"), ("X-D", " a "), ("X-E", "\t"), ("X-F", "\x01\x7f")),
    (("Cookie", "a=1"), ("cookie", "b=2")),
    (("Content-Type", "application/json"), ("Accept", "*/*"), ("Accept", "text/plain")),
]


def test_odd_requests_arrive_the_same() -> None:
    """Targets that others would mend, all methods with no body, an empty, a small and a large one, odd headers."""
    requests = [request(path) for path in TARGETS]
    bodies = (None, b"", b"{}", b"\r\n\r\n\0\xff", bytes(range(256)) * 4000)
    requests += [request("/", method, body=body) for method in METHODS for body in bodies]
    requests += [request("/", "POST", headers=headers, body=b"{}") for headers in HEADERS]
    requests += [request("/", "GET", headers=headers) for headers in HEADERS]
    assert_same(requests)


def test_bodies_whose_length_the_case_tells_by_itself_arrive_the_same() -> None:
    """A length, a coding, or both: what the case says is what is done."""
    coded, measured = ("Transfer-Encoding", "chunked"), ("content-length", "2")
    requests = [
        request("/", method, headers=headers, body=body)
        for method in ("GET", "POST")
        for headers, body in [
            ((coded,), b"{}"),
            ((coded,), b""),
            ((coded,), None),
            ((measured,), b"{}"),
            ((coded, measured), b"{}"),
            ((("Content-Length", "0"),), None),
            ((("Content-Length", "0"),), b""),
        ]
    ]
    assert_same(requests)


def test_credentials_arrive_the_same() -> None:
    """In a header of the case's own name, in the query, in a cookie beside the case's own."""
    schemes = {
        "h": {"type": "http", "scheme": "bearer"},
        "b": {"type": "http", "scheme": "basic"},
        "q": {"type": "apiKey", "in": "query", "name": "key"},
        "c": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "k": {"type": "apiKey", "in": "header", "name": "X-Key"},
    }
    case = request(
        "/?a=1", "POST", headers=(("authorization", "mine"), ("Cookie", "a=1"), ("x-key", "y")), body=b""
    )
    requests = [
        replace(case, credentials=credentials, schemes=schemes_)
        for credentials in Credentials
        for schemes_ in [("h",), ("b",), ("q",), ("c",), ("k",), ("h", "q", "c"), tuple(schemes)]
    ]
    assert_same(requests, Auth(schemes, Secrets({"*": "s é&="})))


def test_what_logins_and_hooks_give_arrives_the_same() -> None:
    """A token, cookies and parameters of a login, and what somebody's own code adds, before and after."""
    schemes = {"s": {"type": "http", "scheme": "hmac"}, "t": {"type": "http", "scheme": "bearer"}}
    ring = Keyring(SystemClock())

    def signs(asked: requests_library.PreparedRequest) -> None:
        told = f"{asked.method} {asked.url.partition('//')[2].partition('/')[2]} {asked.body!r}"
        asked.headers["X-Signature"] = hashlib.sha256(told.encode()).hexdigest()
        asked.headers["x-a"] = "changed"
        asked.url += ("&" if "?" in asked.url else "?") + "signed=yes"

    carried = Carried((("X-Session", "é"),), (("k ey", "a&b"),), (("sid", "1"), ("other", "2")))
    ways = [
        Hook("signs", signs, ring),
        Keeper("it", "us", lambda _left: Issued("t0ken"), ring),
        Keeper("its", "us", lambda _left: Issued(carried=carried), ring),
    ]
    case = request("/p?a=1", "POST", headers=(("X-A", "1"), ("Cookie", "a=1")), body=b"{}")
    for living in ways:
        asked = [
            replace(case, credentials=one, schemes=(scheme,), method=method, body=body)
            for one in Credentials
            for method, body in (("POST", b"{}"), ("GET", None), ("POST", None))
            for scheme in (["s"] if living is ways[0] else ["t"])
        ]
        assert_same(asked, Auth(schemes, Secrets({}, {"*": living})))


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "api.example.", "Bücher.example", "xn--bcher-kva.example"]
)
def test_hosts_are_named_the_same(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In lower case, in ASCII, without the point at the end (RFC 9110 §7.2); the same name is looked up."""
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def here(name: str, *args: object, **kwargs: object) -> object:
        asked.append(name)
        return resolve("127.0.0.1", *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", here)
    assert_same([request("/"), request("/", "POST")], host=host)
    assert len(set(asked)) == 1


def test_an_ipv6_address_is_named_in_brackets() -> None:
    """RFC 3986 §3.2.2."""
    if not _has_ipv6():
        pytest.skip("no IPv6 here")
    assert_same([request("/"), request("/", "POST")], host="[::1]")


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
