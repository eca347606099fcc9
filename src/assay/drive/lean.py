"""A client with little between a request and its socket, for where nothing of the user's has to come in between.

It says byte for byte what `reference` says. What it saves is work: a request is composed once and written at once, head
and body together, so that no half of it waits for an acknowledgement; a head without oddities is read by `head`, and
`http.client` reads the others; connections lie on a stack, the one used last on top, so that there are never more of
them than requests were under way at a time. TLS is set up once, as `requests` and `urllib3` would set it up.
"""

from __future__ import annotations

import errno
import io
import select
import socket
import ssl
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from requests.adapters import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import parse_url, wait_for_read
from urllib3.util.ssl_ import create_urllib3_context

from assay.drive.flight import Flight
from assay.drive.head import plain
from assay.drive.reply import Reply, Whole
from assay.drive.retry import SAFE_METHODS
from assay.drive.transport import IDLE, POOL
from assay.ports import Clock

#: bytes asked of a socket when an answer is expected
_FIRST = 16 * 1024
#: headers that are remembered as they are written
_REMEMBERED = 1024
#: methods for which no body needs no word (RFC 9110 §8.6), as in `urllib3`
_NO_BODY_EXPECTED = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})
#: the server hung up before it had read everything; it may have answered all the same
_HUNG_UP = frozenset({errno.EPIPE, errno.ECONNRESET, errno.EPROTOTYPE})

_Headers = tuple[tuple[str, str], ...]


class Lean:
    """Implements `Transport` on sockets."""

    def __init__(self, origin: str, verify: bool | str, kept: int = POOL) -> None:
        """`origin` is scheme, host and port; `verify` is False, True or the path of CA certificates.

        `kept` bounds the connections that are kept open.
        """
        url = parse_url(origin)
        host, tls = (url.host or "").strip("[]"), url.scheme == "https"
        standard = 443 if tls else 80
        self._origin, self._kept = origin, kept
        self._address = (host, url.port or standard)
        self._name = host.rstrip(".").partition("%")[0]
        standing = (
            ("Host", _host(self._name, None if self._address[1] == standard else self._address[1])),
            ("Accept-Encoding", "identity"),
        )
        self._outline = lru_cache(_REMEMBERED)(partial(_outline, standing))
        self._tls = _Tls(verify) if tls else None
        self._idle: list[_Link] = []
        self._lock = threading.Lock()
        self._closed = False
        weakref.finalize(self, _close_all, self._idle)

    def launch(self, flight: Flight, method: str, headers: _Headers, body: bytes | None) -> _Held:
        """Sends, and waits for the head of the answer. Raises `OSError`, `ValueError`, `HTTPException`."""
        outline = self._outline(method, headers, bodiless=body is None)
        flight.sent = outline.sent
        first = f"{method} {flight.target} HTTP/1.1\r\n".encode("latin-1")
        link = self._link(flight, method)
        try:
            _write(link, b"".join((first, outline.wire, _body(outline, body))), flight)
            return self._answer(link, method, flight)
        except BaseException:
            link.sock.close()
            raise

    def warm(self, connections: int, limit: float, clock: Clock) -> None:
        """Opens connections until so many are idle, within `limit` seconds for each. Stops at one that fails."""
        taken: list[_Link] = []
        try:
            for _ in range(min(connections, self._kept)):
                link = self._top()
                if link is not None and clock.monotonic() - link.last_used > IDLE:
                    link.sock.close()
                    link = None
                taken.append(link or self._open(Flight("/", self._origin, limit, clock)))
        except (OSError, ValueError):
            return
        finally:
            for link in taken:
                self.keep(link)

    def close(self) -> None:
        """Closes the connections that are kept open; from now on none is kept."""
        with self._lock:
            self._closed = True
            _close_all(self._idle)

    def keep(self, link: _Link) -> None:
        """Lays a connection on the stack, or closes it when there are enough."""
        with self._lock:
            if not self._closed and len(self._idle) < self._kept:
                self._idle.append(link)
                return
        link.sock.close()

    def _link(self, flight: Flight, method: str) -> _Link:
        """A connection for that request: the one used last, unless it cannot be trusted."""
        link = self._top()
        if link is None:
            return self._open(flight)
        idle = flight.clock.monotonic() - link.last_used
        if flight.must_be_fresh or (idle > IDLE and method not in SAFE_METHODS):
            link.sock.close()
            return self._open(flight)
        flight.open = True
        return link

    def _top(self) -> _Link | None:
        """The connection used last of those that still stand."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                link = self._idle.pop()
            if link.stands():
                return link
            link.sock.close()

    def _open(self, flight: Flight) -> _Link:
        """A new connection in what is left of the time; looking up the name is bounded by the system."""
        flight.fresh = True
        sock = socket.create_connection(self._address, timeout=flight.left())
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                sock.settimeout(flight.left())
                sock = self._tls.context().wrap_socket(sock, server_hostname=self._name)
        except BaseException:
            sock.close()
            raise
        flight.open = True
        return _Link(sock, flight.clock.monotonic())

    def _answer(self, link: _Link, method: str, flight: Flight) -> _Held:
        link.bound(flight)
        data = link.sock.recv(_FIRST)
        flight.received += len(data)
        head = plain(data)
        if head is not None and (whole := Whole.of(head, data, method)) is not None:
            flight.answered = True
            return _Held(whole, self, link, None, flight.clock)
        if head is None:
            source = _Taken(link, data, flight)
            reply = Reply(source, method=method, flight=flight)
            reply.begin()
        else:
            source = _Taken(link, data[head.size :], flight)
            reply = Reply.headed(head, source, method, flight)
        return _Held(reply, self, link, source, flight.clock)


class _Link:
    """One connection."""

    __slots__ = ("_bound", "_readable", "last_used", "sock")

    def __init__(self, sock: socket.socket, last_used: float) -> None:
        self.sock, self.last_used = sock, last_used
        self._readable = _looker(sock)
        #: seconds that the next read or write may take; negative when nobody knows
        self._bound = -1.0

    def bound(self, flight: Flight) -> None:
        """Gives the next read or write what is left of the time. Raises `TimeoutError` when nothing is.

        A hundredth of the limit more or less is not worth telling the system each time.
        """
        left = flight.left()
        if not left <= self._bound <= left + flight.limit / 100:
            self.settimeout(left)

    def settimeout(self, seconds: float) -> None:
        """Bounds the next reads and writes."""
        self.sock.settimeout(seconds)
        self._bound = seconds

    def stands(self) -> bool:
        """False for an idle one that was closed, or on which something came that nobody asked for."""
        if isinstance(self.sock, ssl.SSLSocket):
            return self._stands_tls(self.sock)
        return not self._readable()

    def _stands_tls(self, sock: ssl.SSLSocket) -> bool:
        """The same over TLS, which may have something to say for itself: session tickets (RFC 8446 §4.6.1)."""
        if not sock.pending() and not self._readable():
            return True
        try:
            self._bound = -1.0
            sock.setblocking(False)
            sock.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False
        return False


class _Held:
    """Implements `Held`."""

    __slots__ = ("_clock", "_lean", "_link", "_source", "reply")

    def __init__(
        self, reply: Reply | Whole, lean: Lean, link: _Link, source: _Taken | None, clock: Clock
    ) -> None:
        self.reply = reply
        self._lean, self._link, self._source, self._clock = lean, link, source, clock

    def release(self) -> None:
        """Keeps the connection, unless the server closes it or has said more than its answer."""
        if self.reply.will_close or (self._source is not None and self._source.taken):
            self.discard()
            return
        self.reply.close()
        self._link.last_used = self._clock.monotonic()
        self._lean.keep(self._link)

    def discard(self) -> None:
        """Closes the connection."""
        self.reply.close()
        self._link.sock.close()


class _Taken(io.RawIOBase):
    """What a socket says in the time of a flight; some bytes were taken already and come first."""

    def __init__(self, link: _Link, taken: bytes, flight: Flight) -> None:
        self._link, self._flight = link, flight
        #: bytes that nobody has read yet
        self.taken = taken

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def settimeout(self, seconds: float) -> None:
        self._link.settimeout(seconds)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        if self.taken:
            count = min(len(buffer), len(self.taken))
            buffer[:count], self.taken = self.taken[:count], self.taken[count:]
            return count
        self._link.bound(self._flight)
        count = self._link.sock.recv_into(buffer)
        self._flight.received += count
        return count


class _Tls:
    """How TLS is spoken, set up when first needed: reading CA certificates takes longer than many requests."""

    def __init__(self, verify: bool | str) -> None:
        self._verify = verify
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """The context of every connection. Raises `OSError` when the CA certificates cannot be read."""
        with self._lock:
            if self._context is None:
                self._context = self._made()
            return self._context

    def _made(self) -> ssl.SSLContext:
        if self._verify is False:
            context = create_urllib3_context(cert_reqs=ssl.CERT_NONE)
        else:
            context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
            trusted = DEFAULT_CA_BUNDLE_PATH if self._verify is True else self._verify
            folder = Path(trusted).is_dir()
            context.load_verify_locations(None if folder else trusted, trusted if folder else None)
        context.set_alpn_protocols(["http/1.1"])
        return context


def _host(name: str, port: int | None) -> str:
    """The Host header (RFC 9110 §7.2)."""
    host = f"[{name}]" if ":" in name else name
    return host if port is None else f"{host}:{port}"


@dataclass(frozen=True, slots=True)
class _Outline:
    """What requests have in common that differ in target and body alone."""

    #: all headers in their order
    sent: _Headers
    #: the same as they are written, with the empty line
    wire: bytes
    #: the case says how its body is coded, and not how long it is
    coded: bool


def _outline(standing: _Headers, method: str, headers: _Headers, *, bodiless: bool) -> _Outline:
    names: dict[str, list[tuple[str, str]]] = {}
    for pair in headers:
        names.setdefault(pair[0].lower(), []).append(pair)
    sent = [pair for pair in standing if pair[0].lower() not in names]
    measured, coded = "content-length" in names, "transfer-encoding" in names
    if bodiless and not measured and not coded and method.upper() not in _NO_BODY_EXPECTED:
        sent.append(("Content-Length", "0"))
    # one of several goes out with the first of its name, written like that
    sent += [(pairs[0][0], value) for pairs in names.values() for _, value in pairs]
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent)
    return _Outline(tuple(sent), f"{lines}\r\n".encode("latin-1"), coded and not measured)


def _body(outline: _Outline, body: bytes | None) -> bytes:
    """A body as it is written: in one chunk where the case says that it is coded (RFC 9112 §7.1)."""
    if not outline.coded:
        return body or b""
    return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"


def _write(link: _Link, wire: bytes, flight: Flight) -> None:
    """Writes a request in what is left of the time; a server that hangs up meanwhile may have answered before."""
    link.bound(flight)
    try:
        link.sock.sendall(wire)
    except OSError as error:
        if isinstance(error, ssl.SSLError) or error.errno not in _HUNG_UP:
            raise


def _looker(sock: socket.socket) -> Callable[[], object]:
    """Tells whether a read would return at once."""
    if not hasattr(select, "poll"):
        return lambda: wait_for_read(sock, timeout=0.0)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return partial(poll.poll, 0)


def _close_all(links: list[_Link]) -> None:
    while links:
        with suppress(OSError):
            links.pop().sock.close()
