"""One connection of the lean transport: opened, with TLS or without, looked at while idle, and bounded in time.

TLS is set up as `requests` and `urllib3` would set it up, once for all connections.
"""

from __future__ import annotations

import contextlib
import errno
import io
import select
import socket
import ssl
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from requests.adapters import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import wait_for_read
from urllib3.util.ssl_ import create_urllib3_context

from assay.drive.flight import Flight
from assay.drive.proxy import Proxy

#: the server hung up before it had read everything; it may have answered all the same
_HUNG_UP = frozenset({errno.EPIPE, errno.ECONNRESET, errno.EPROTOTYPE})
#: Linux: acknowledge at once, until it thinks better of it. A server that writes head and body apart and leaves Nagle's
#: algorithm on (RFC 9293 §3.7.4) sends the body when we acknowledge the head, which would take 40 ms
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


def acknowledge_at_once(sock: socket.socket) -> None:
    """Lets what comes next be acknowledged without delay, where the system knows how."""
    if _QUICKACK is not None:
        with contextlib.suppress(OSError):  # it has gone meanwhile, which reading will tell
            sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)


class Link:
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

    def write(self, wire: bytes, flight: Flight) -> None:
        """Writes a request; a server that hangs up meanwhile may have answered before."""
        self.bound(flight)
        try:
            self.sock.sendall(wire)
        except OSError as error:
            if isinstance(error, ssl.SSLError) or error.errno not in _HUNG_UP:
                raise
            return
        acknowledge_at_once(self.sock)

    def read(self, size: int, flight: Flight) -> bytes:
        """So many bytes at most; none when the server hung up."""
        self.bound(flight)
        data = self.sock.recv(size)
        flight.received += len(data)
        return data

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


class Taken(io.RawIOBase):
    """What a socket says in the time of a flight; some bytes were taken already and come first."""

    def __init__(self, link: Link, taken: bytes, flight: Flight) -> None:
        self._link, self._flight = link, flight
        #: bytes that nobody has read yet
        self.taken = taken

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A reader of all that comes."""
        return io.BufferedReader(self)

    def settimeout(self, seconds: float) -> None:
        """Bounds each of the next reads."""
        self._link.settimeout(seconds)

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        """What is there, at the latest when the time is over."""
        if self.taken:
            count = min(len(buffer), len(self.taken))
            buffer[:count], self.taken = self.taken[:count], self.taken[count:]
            return count
        self._link.bound(self._flight)
        count = self._link.sock.recv_into(buffer)
        self._flight.received += count
        return count


class Tls:
    """How TLS is spoken, set up when first needed: reading CA certificates takes longer than many requests."""

    def __init__(self, verify: bool | str, certificate: tuple[str, str] | None = None) -> None:
        self._verify, self._certificate = verify, certificate
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
        if self._certificate is not None:
            context.load_cert_chain(*self._certificate)
        context.set_alpn_protocols(["http/1.1"])
        return context


def opened(
    address: tuple[str, int], name: str, tls: Tls | None, flight: Flight, proxy: Proxy | None = None
) -> Link:
    """A new connection in what is left of the time; looking up the name is bounded by the system.

    `name` is who the server has to be where TLS is spoken. A `proxy` is connected to in its stead, and has to connect
    to it where TLS is spoken; else it reads requests itself. Raises `OSError`, and `ValueError` for what is no name.
    """
    flight.fresh = True
    there = address if proxy is None else (proxy.host, proxy.port)
    sock = socket.create_connection(there, timeout=flight.left_to_connect())
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            if proxy is not None:
                proxy.tunnel(
                    sock, f"[{name}]:{address[1]}" if ":" in name else f"{name}:{address[1]}", flight
                )
            sock.settimeout(flight.left_to_connect())
            sock = tls.context().wrap_socket(sock, server_hostname=name)
    except BaseException:
        sock.close()
        raise
    flight.open = True
    return Link(sock, flight.clock.monotonic())


def _looker(sock: socket.socket) -> Callable[[], object]:
    """Tells whether a read would return at once."""
    if not hasattr(select, "poll"):
        return lambda: wait_for_read(sock, timeout=0.0)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return partial(poll.poll, 0)
