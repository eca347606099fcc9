"""`requests`, bent to what a test needs: the bytes we ask for go out, and time is bounded as a whole.

Three things that a client for everyday use does well are wrong here, and are undone below `requests`:

* *The target of a request is normalised*: `requests` quotes again, `urllib3` rewrites escapes and drops dot
  segments. A test that sends `%2e%2e` must send `%2e%2e`, so the connection writes the target as it was
  given.
* *Timeouts count from one received byte to the next*, so that a server that drips holds a client for ever.
  Here each read is given only what is left of the request's time.
* *A server may close an idle connection at any moment* (RFC 9112 §9.5), and a request that meets that
  moment fails without anybody's fault. A client may repeat what is idempotent (RFC 9112 §9.3.1, RFC 9110
  §9.2.2). We repeat *safe* methods only, once, on a fresh connection, and only when no byte of an answer
  came: a repeated DELETE may answer 404, and that would accuse an honest API. For the others there is no
  repair, so the accident is made rare instead: an idle socket is looked at before it is used again
  (readable means closed, or bytes that nobody asked for; `urllib3` does that), and one idle for longer than
  `IDLE` is not used at all. What remains is reported as a reset «on a connection used before», for the
  judge to treat as transient.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
import threading
from functools import partial
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import SKIP_HEADER
from urllib3.util.response import assert_header_parsing

from assay.drive.retry import SAFE_METHODS
from assay.ports import Clock

#: seconds after which an idle connection carries no request that must not be repeated; servers wait 2 s
#: (gunicorn) and more before they close one
IDLE = 1.0
#: connections kept open at a time
POOL = 64
#: bytes of a head that are read; browsers stop there too
HEAD = 256 * 1024
#: no line of an answer is longer, in `http.client` and here
_LONGEST_LINE = 65536
_LENGTH = re.compile(r"[0-9]{1,400}")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,400}")


class Flight:
    """One request under way: what it has left, and how far it got."""

    def __init__(
        self, target: str, origin: str, limit: float, clock: Clock, *, must_be_fresh: bool = False
    ) -> None:
        #: the request target (RFC 9112 §3.2.1), byte for byte
        self.target = target
        #: scheme, host and port, for messages
        self.origin = origin
        #: seconds, from now, for the whole request
        self.limit = limit
        self.clock = clock
        self._deadline = clock.monotonic() + limit
        #: no connection of an earlier request may be used
        self.must_be_fresh = must_be_fresh
        #: headers in the order they were written
        self.sent: list[tuple[str, str]] = []
        #: a connection stands
        self.open = False
        #: it was opened for this request
        self.fresh = False
        #: bytes of the answer that arrived
        self.received = 0
        #: the answer, once its head is complete
        self.reply: Reply | None = None

    @property
    def reused(self) -> bool:
        """True when the request went over a connection that an earlier one opened."""
        return self.open and not self.fresh

    @property
    def stale(self) -> bool:
        """True when a failure may be due to the server having closed an idle connection."""
        return self.reused and self.received == 0

    def again(self) -> Flight:
        """The same request on a fresh connection, in the time that is left."""
        left = max(0.0, self._deadline - self.clock.monotonic())
        return Flight(self.target, self.origin, left, self.clock, must_be_fresh=True)

    def left(self) -> float:
        """Seconds left. Raises `TimeoutError` when there are none."""
        left = self._deadline - self.clock.monotonic()
        if left <= 0:
            raise TimeoutError(f"the request took longer than {self.limit:g} s")
        return left


class _UnderWay(threading.local):
    """The flight of the current thread: how it gets from `Transport` through `requests` to `_Connection`."""

    flight: Flight


_under_way = _UnderWay()


class _Deadline(io.RawIOBase):
    """A socket's bytes, each read given only the time that is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, flight: Flight) -> None:
        self._raw, self._sock, self._flight = raw, sock, flight

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        self._sock.settimeout(self._flight.left())
        count = self._raw.readinto(buffer) or 0
        self._flight.received += count
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class BadFraming(http.client.HTTPException):
    """Nobody can tell where the head or the body ends: too far away, or no number (RFC 9112 §6.3, §7.1)."""


class _Head(io.BufferedReader):
    """Remembers whether the last line came whole, and bounds the head, interim answers included."""

    ended = False
    #: bytes that the head may still have; None behind it
    left: int | None = HEAD

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.ended = not line
        if self.left is not None:
            self.left -= len(line)
            if self.left < 0:
                raise BadFraming(f"the head is larger than {HEAD} bytes")
        return line


class Reply(http.client.HTTPResponse):
    """A response that is read under the deadline of its flight and announces itself there."""

    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
        *,
        flight: Flight,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._flight, self._asked = flight, method
        raw = self.fp.detach()
        self.fp = self._head = _Head(_Deadline(raw, sock, flight))

    def begin(self) -> None:
        """Reads the head; from then on the flight has a reply.

        Interim answers are passed over (RFC 9110 §15.2); `http.client` does so for 100 only. Raises
        `HeaderParsingError` for a head that `http.client` gave up in the middle of, `IncompleteRead` for one that
        ends without its empty line (RFC 9112 §2.1), which `http.client` takes for a whole one.
        """
        super().begin()
        while 100 < self.status < 200 and self.status != 101:
            self.headers = self.msg = None  # type: ignore[assignment]  # else nothing more is read
            super().begin()
        if self._head.ended:
            raise http.client.IncompleteRead(b"")
        self._head.left = None
        assert_header_parsing(self.msg)
        if not self.bodiless and not self.chunked:
            self._measure()
        self._flight.reply = self

    def _measure(self) -> None:
        """Takes the length of the body from the head; the same one said twice counts once (RFC 9112 §6.3, rule 5).

        `http.client` reads on to the end of the connection where it is no number. Raises `BadFraming`.
        """
        said = {
            length.strip(" \t")
            for value in self.msg.get_all("Content-Length", ())
            for length in value.split(",")
        }
        if not said:
            return
        length = said.pop()
        if said:
            raise BadFraming("Content-Length says different things")
        if not _LENGTH.fullmatch(length):
            raise BadFraming("Content-Length is no number of bytes")
        self.length = int(length)
        self.will_close = self._check_close()  # type: ignore[attr-defined]  # of http.client

    def _read_next_chunk_size(self) -> int:
        """As in `http.client`, which takes all that `int` takes for a size. Raises `BadFraming`."""
        line = self.fp.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise BadFraming(f"a chunk begins with a line of more than {_LONGEST_LINE} bytes")
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(b"")
        size = line.partition(b";")[0].strip(b" \t\r\n")
        if not _CHUNK_SIZE.fullmatch(size):
            raise BadFraming("the size of a chunk is no hexadecimal number")
        return int(size, 16)

    @property
    def bodiless(self) -> bool:
        """True when no body follows, whatever the headers say (RFC 9112 §6.3, rule 1)."""
        return self._asked == "HEAD" or self.status < 200 or self.status in (204, 304)

    @property
    def tidy(self) -> bool:
        """False when bytes may follow that no reader asked for: a body is announced where none may be."""
        if self._asked == "HEAD" or self.status == 304 or not self.bodiless:
            return True
        return self.status != 101 and not self.chunked and self.getheader("Content-Length", "0") == "0"


class _Connection(HTTPConnection):
    """A connection that writes what the flight says, within the time it has."""

    last_used = 0.0

    def connect(self) -> None:
        """Opens the connection in what is left of the time; looking up the name is bounded by the system."""
        flight = _under_way.flight
        flight.fresh = True
        self.timeout = flight.left()
        super().connect()
        self.last_used = flight.clock.monotonic()
        flight.open = True

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        """Writes the request, on a fresh connection when an idle one cannot be trusted."""
        flight = _under_way.flight
        if self.sock is not None and not flight.fresh:
            idle = flight.clock.monotonic() - self.last_used
            if flight.must_be_fresh or (idle > IDLE and method not in SAFE_METHODS):
                self.close()
            else:
                flight.open = True
        self.response_class = partial(Reply, flight=flight)  # type: ignore[assignment]  # called, no more
        super().request(method, url, *args, **kwargs)

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed on
        """Writes the request line with the target as given: `url` was normalised."""
        del url
        super().putrequest(method, _under_way.flight.target, *args, **kwargs)

    def putheader(self, header: str, *values: str) -> None:  # type: ignore[override]  # as in urllib3
        """Writes a header and notes it."""
        if SKIP_HEADER not in values:
            _under_way.flight.sent.append((header, ", ".join(map(_text, values))))
        super().putheader(header, *values)

    def send(self, data: Any) -> None:  # noqa: ANN401 - handed on
        """Writes bytes in what is left of the time."""
        if self.sock is not None:
            self.sock.settimeout(_under_way.flight.left())
        super().send(data)

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as in urllib3
        """Reads the head of the answer."""
        response = super().getresponse()
        self.last_used = _under_way.flight.clock.monotonic()
        return response


class _TlsConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class Transport(HTTPAdapter):
    """The adapter of `requests`, without its session.

    The session would follow or at least parse redirects (reading their bodies without bound), keep cookies,
    and look for proxies and `.netrc` passwords in the environment; a harness wants none of these.
    """

    def __init__(self, origin: str, verify: bool | str) -> None:
        """`origin` is scheme, host and port; `verify` is False, True or the path of a CA bundle."""
        super().__init__(pool_maxsize=POOL)
        self._origin, self._verify = origin, verify
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def launch(
        self, flight: Flight, method: str, headers: list[tuple[str, str]], body: bytes | None
    ) -> requests.Response:
        """Sends, and waits for the head of the answer. Raises what `requests` and `urllib3` raise."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = method, self._origin, body
        # keeps duplicates; `requests` hands it on untouched
        prepared.headers = urllib3.HTTPHeaderDict(headers)  # type: ignore[assignment]
        _under_way.flight = flight
        return self.send(prepared, stream=True, timeout=flight.left(), verify=self._verify)

    def warm(self, connections: int, limit: float, clock: Clock) -> None:
        """Opens connections until so many are idle, within `limit` seconds for each. Stops at one that fails."""
        prepared = requests.PreparedRequest()
        prepared.prepare_url(self._origin, None)
        # typed as anything: there is no public way to open a connection without asking over it
        pool: Any = self.get_connection_with_tls_context(prepared, self._verify)
        taken = []
        try:
            for _ in range(min(connections, POOL)):
                connection = pool._get_conn()
                taken.append(connection)
                if clock.monotonic() - connection.last_used > IDLE:
                    connection.close()
                if connection.is_closed:
                    _under_way.flight = Flight("/", self._origin, limit, clock)
                    connection.connect()
        except (urllib3.exceptions.HTTPError, OSError):
            return
        finally:
            for connection in taken:
                pool._put_conn(connection)

    def request_url(self, request: requests.PreparedRequest, proxies: object) -> str:
        """A stand-in: the connection writes the flight's target."""
        del request, proxies
        return "/"

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:  # noqa: ANN401
        """Only what reading the body needs: no cookie jar, no guess at the encoding."""
        response = requests.Response()
        response.status_code, response.raw, response.request = resp.status, resp, req
        return response


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
