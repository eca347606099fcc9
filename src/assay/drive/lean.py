"""A client with little between a request and its socket, for where nothing of the user's has to come in between.

It says byte for byte what `reference` says. What it saves is work: a request is composed once and written at once, head
and body together, so that no half of it waits for an acknowledgement; a head without oddities is read by `head`, and
`http.client` reads the others; connections lie on a stack, the one used last on top, so that there are never more of
them than requests were under way at a time.
"""

from __future__ import annotations

import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial

from urllib3.util import parse_url

from assay.drive.flight import Flight
from assay.drive.head import plain
from assay.drive.link import Link, Taken, Tls, opened
from assay.drive.proxy import Proxy
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

_Headers = tuple[tuple[str, str], ...]


class Lean:
    """Implements `Transport` on sockets."""

    def __init__(
        self,
        origin: str,
        verify: bool | str,
        kept: int = POOL,
        certificate: tuple[str, str] | None = None,
        proxy: Proxy | None = None,
    ) -> None:
        """`origin` is scheme, host and port; `verify` is False, True or the path of CA certificates.

        `certificate` is what TLS shows for us, and its key, as paths; all goes through the `proxy`.

        `kept` bounds the connections that are kept open.
        """
        url = parse_url(origin)
        host, tls = (url.host or "").strip("[]"), url.scheme == "https"
        standard = 443 if tls else 80
        self._origin, self._kept, self._proxy = origin, kept, proxy
        self._address = (host, url.port or standard)
        #: without the point at the end, and without the zone of an IPv6 address, which is ours alone (RFC 6874 §4)
        self._name = host.rstrip(".").partition("%")[0]
        standing = (
            ("Host", _host(self._name, None if self._address[1] == standard else self._address[1])),
            ("Accept-Encoding", "identity"),
        )
        self._outline = lru_cache(_REMEMBERED)(partial(_outline, standing))
        self._tls = Tls(verify, certificate) if tls else None
        self._idle: list[Link] = []
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
            link.write(b"".join((first, outline.wire, _body(outline, body))), flight)
            return self._answer(link, method, flight)
        except BaseException:
            link.sock.close()
            raise

    def warm(self, connections: int, limit: float, clock: Clock) -> None:
        """Opens connections until so many are idle, within `limit` seconds for each. Stops at one that fails."""
        taken: list[Link] = []
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

    def keep(self, link: Link) -> None:
        """Lays a connection on the stack, or closes it when there are enough."""
        with self._lock:
            if not self._closed and len(self._idle) < self._kept:
                self._idle.append(link)
                return
        link.sock.close()

    def _link(self, flight: Flight, method: str) -> Link:
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

    def _top(self) -> Link | None:
        """The connection used last of those that still stand."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                link = self._idle.pop()
            if link.stands():
                return link
            link.sock.close()

    def _open(self, flight: Flight) -> Link:
        return opened(self._address, self._name, self._tls, flight, self._proxy)

    def _answer(self, link: Link, method: str, flight: Flight) -> _Held:
        data = link.read(_FIRST, flight)
        head = plain(data)
        if head is not None and (whole := Whole.of(head, data, method)) is not None:
            flight.answered = True
            return _Held(whole, self, link, None, flight.clock)
        if head is None:
            source = Taken(link, data, flight)
            reply = Reply(source, method=method, flight=flight)
            reply.begin()
        else:
            source = Taken(link, data[head.size :], flight)
            reply = Reply.headed(head, source, method, flight)
        return _Held(reply, self, link, source, flight.clock)


class _Held:
    """Implements `Held`."""

    __slots__ = ("_clock", "_lean", "_link", "_source", "reply")

    def __init__(
        self, reply: Reply | Whole, lean: Lean, link: Link, source: Taken | None, clock: Clock
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


def _close_all(links: list[Link]) -> None:
    while links:
        with suppress(OSError):
            links.pop().sock.close()
