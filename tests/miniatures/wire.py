"""The HTTP shell of the miniatures: a socket becomes a `Request`, a `Reply` becomes bytes.

Nothing here knows an API. It is written without the package under test: the miniatures are independent
witnesses. A reply may bring its own way of being delivered (`Reply.deliver`), which is how a server cuts,
hangs or floods. Everything is bounded in time: whoever waits does so on an event that stopping the server
sets.
"""

from __future__ import annotations

import contextlib
import gzip
import http.server
import os
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Protocol

#: a miniature that hangs does so for at most this long, in seconds
LONGEST_WAIT = 30.0
_LARGEST_REQUEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    #: as sent: not decoded, without the query
    path: str
    query: str
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: bytes = b""
    #: None: the header is left out
    content_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    #: instead of writing the answer: gets the connection and the bytes an honest server would have written
    deliver: Callable[[Connection, bytes], None] | None = None


@dataclass(frozen=True)
class Framing:
    """The freedom HTTP leaves to a server that says the same thing (RFC 9110, RFC 9112)."""

    #: `content-length`, `chunked`, or `close` (the body ends where the connection does)
    body: str = "content-length"
    #: `Title-Case`, `lower` or `UPPER` header names
    header_case: str = "Title-Case"
    #: `; charset=utf-8` behind `application/json`
    charset: bool = False
    #: compress when the request's Accept-Encoding allows it
    compress: bool = False
    #: the answer goes out in this many writes
    pieces: int = 1
    #: seconds before the answer
    latency: float = 0.0
    #: an interim response sent first, e.g. 100 (RFC 9110 §15.2: a client has to cope)
    interim: int | None = None
    #: `keep-alive`, `close` (and says so), or `drop` (closes without a word: allowed, RFC 9112 §9.5)
    connection: str = "keep-alive"


class App(Protocol):
    """A server's mind."""

    framing: Framing

    def answer(self, request: Request) -> Reply:
        """Say what a request gets."""


class Connection:
    """The means of misbehaving towards one client."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self._socket = sock
        self._stopping = stopping
        #: no further request is read from this connection
        self.ended = False

    def write(self, data: bytes) -> None:
        """Send all of it now."""
        self._socket.sendall(data)

    def end(self) -> None:
        """Close in an orderly way (FIN) once the handler returns."""
        self.ended = True

    def reset(self) -> None:
        """Abort: the client sees a RST (SO_LINGER of zero)."""
        self.ended = True
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self._socket.detach())

    def wait(self, seconds: float = LONGEST_WAIT) -> bool:
        """Wait; True when the server was stopped meanwhile."""
        return self._stopping.wait(min(seconds, LONGEST_WAIT))


def render(reply: Reply, framing: Framing, request: Request) -> bytes:
    """Spell a reply as HTTP/1.1."""
    body, headers = reply.body, [("Date", formatdate(usegmt=True)), *reply.headers]
    if reply.content_type is not None:
        charset = "; charset=utf-8" if framing.charset and reply.content_type == "application/json" else ""
        headers.append(("Content-Type", reply.content_type + charset))
    if framing.compress and body and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, mtime=0)
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    if framing.body == "close" or framing.connection == "close":
        headers.append(("Connection", "close"))
    if reply.status == 204:
        body = b""
    elif framing.body == "chunked":
        headers.append(("Transfer-Encoding", "chunked"))
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in _parts(body, 7)) + b"0\r\n\r\n"
    elif framing.body == "content-length":
        headers.append(("Content-Length", str(len(body))))
    spell = {"lower": str.lower, "UPPER": str.upper}.get(framing.header_case, str)
    lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
    lines += [f"{spell(name)}: {value}" for name, value in headers]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head if request.method == "HEAD" else head + body


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unheard Of"


def _parts(data: bytes, count: int) -> list[bytes]:
    size = max(1, -(-len(data) // count))
    return [data[start : start + size] for start in range(0, len(data), size)]


@dataclass
class Running:
    """A miniature that listens."""

    url: str
    app: Any
    #: what arrived, in order
    seen: list[Request] = field(default_factory=list)
    #: exceptions of the miniature itself: a mistake in it, never a finding
    mistakes: list[BaseException] = field(default_factory=list)

    @property
    def token(self) -> str:
        """The bearer token that is let in."""
        return str(self.app.token)


@contextlib.contextmanager
def start(app: App) -> Iterator[Running]:
    """Serve on a free loopback port until the block ends; ends promptly even when a handler hangs.

    Raises RuntimeError at the end when the miniature itself crashed: what it showed is then worth nothing.
    """
    server = _Server(app)
    host, port = server.server_address[:2]
    running = server.running = Running(url=f"http://{host!s}:{port}", app=app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.stop()
        thread.join(2)
    if running.mistakes:
        raise RuntimeError(
            f"Cannot trust this miniature: because it crashed. Mend it: {running.mistakes[0]!r}."
        )


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128
    running: Running

    def __init__(self, app: App) -> None:
        self.app = app
        self.stopping = threading.Event()
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        for connection in tuple(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):  # OSError: the client went away
            self.running.mistakes.append(error)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = LONGEST_WAIT
    server: _Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # every method reaches the app, which knows what it allows
            return self._exchange
        raise AttributeError(name)

    def setup(self) -> None:
        self.server.open.add(self.request)
        super().setup()

    def finish(self) -> None:
        self.server.open.discard(self.request)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Miniatures are quiet."""

    def _exchange(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, self._body(headers))
        app, framing = self.server.app, self.server.app.framing
        self.server.running.seen.append(request)
        reply = app.answer(request)
        connection = Connection(self.connection, self.server.stopping)
        if framing.latency:
            connection.wait(framing.latency)
        data = render(reply, framing, request)
        if reply.deliver is not None:
            reply.deliver(connection, data)
        else:
            _write(connection, framing, data)
        if connection.ended or framing.body == "close" or framing.connection != "keep-alive":
            self.close_connection = True

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks()
        length = headers.get("content-length", "0")
        size = int(length) if length.isascii() and length.isdigit() else 0
        if size > _LARGEST_REQUEST or str(size) != length.lstrip("0").rjust(1, "0"):
            self.close_connection = True
            return b""
        return self.rfile.read(size)

    def _chunks(self) -> bytes:
        parts: list[bytes] = []
        while True:
            size = int(self.rfile.readline(1024).split(b";")[0].strip() or b"0", 16)
            part = self.rfile.read(size)
            self.rfile.readline(1024)
            if not size:
                return b"".join(parts)
            parts.append(part)


def _write(connection: Connection, framing: Framing, data: bytes) -> None:
    if framing.interim is not None:
        connection.write(f"HTTP/1.1 {framing.interim} {_phrase(framing.interim)}\r\n\r\n".encode("ascii"))
    if framing.pieces == 1:
        connection.write(data)  # one write: no Nagle and delayed-ACK stall of 40 ms
        return
    for part in _parts(data, framing.pieces):
        connection.write(part)
        connection.wait(0.001)
