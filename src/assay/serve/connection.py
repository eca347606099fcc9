"""HTTP/1.1 on one connection (RFC 9112): bytes in, requests to whoever answers, replies out in the same order.

The parser is llhttp, by way of `httptools`; what a server adds around it is little, as long as each request is answered
in one piece by a function that does not wait. A ready-made server asks for an application that may wait, and pays for a
task, a queue and a scope per request: about as much again as the mock itself takes to answer.

* One answer after another: of requests that were sent in advance (RFC 9112 §9.3.2) each waits for the one before.
* What cannot be read is answered with 400 and the end of the connection, after everything that was asked before.
* A client that stops sending still gets its answers; one that does not read them is not read from either.
* `Upgrade` is passed over (RFC 9110 §7.8), `Expect: 100-continue` is met (§10.1.1).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Final, cast

import httptools

from assay.mock.world import MockReply, MockRequest

#: larger request bodies are refused with 413 (RFC 9110 §15.5.14)
MOST_BYTES = 10 * 1024 * 1024
#: requests that may wait for their answers on one connection before no more are read
_MOST_WAITING = 16
#: the same for the bytes of one request's line and headers
_MOST_HEAD = 256 * 1024

_PROBLEM: Final = (("Content-Type", "application/problem+json"),)
_TOO_LARGE: Final = MockReply(
    413,
    _PROBLEM,
    b'{"type":"about:blank","title":"Content Too Large","status":413,'
    b'"detail":"The mock reads bodies of up to 10 MiB."}',
    "",
)
_UNREADABLE: Final = MockReply(400, (("Content-Type", "text/plain; charset=utf-8"),), b"This is no HTTP.", "")
_LONG_HEAD: Final = MockReply(
    431, (("Content-Type", "text/plain; charset=utf-8"),), b"These headers are too long.", ""
)
_OUR_FAULT: Final = MockReply(
    500, (("Content-Type", "text/plain; charset=utf-8"),), b"Internal Server Error", ""
)
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class House:
    """What all connections of a server share."""

    #: from a request to its reply, at once
    answer: Callable[[MockRequest], MockReply]
    #: the time that requests are stamped with
    now: Callable[[], datetime]
    #: seconds by which each reply is held back
    latency: float = 0.0
    connections: set[Connection] = field(default_factory=set)


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        #: requests, or ready replies, each with whether the connection lives on after it
        self._waiting: deque[tuple[MockRequest | MockReply, bool]] = deque()
        #: the reply that is held back
        self._held: asyncio.TimerHandle | None = None
        #: True when nothing more is read
        self._ended = False
        #: when it last was asked something, by the clock of the loop; None while it is
        self.quiet_since: float | None = None
        #: bytes that came and belong to no body
        self._head = 0
        self._begin()

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body: bytes | bytearray = b""
        self._expects = False

    # --- what the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        self._transport = cast("asyncio.Transport", transport)  # that is what stream servers give
        self._house.connections.add(self)
        self._settle()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        """The client has gone; what it did not ask to the end was never asked."""
        self._ended = True
        self._waiting.clear()
        if self._held is not None:
            self._held.cancel()
        self._house.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        if self._ended:
            return
        self.quiet_since = None
        self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as asked:
            # nothing to upgrade to: what follows is HTTP as before
            self._parser = httptools.HttpRequestParser(self)
            if rest := data[asked.args[0] :]:
                self.data_received(rest)
        except httptools.HttpParserError:
            self._refuse(_UNREADABLE)
        if self._head > _MOST_HEAD:
            self._refuse(_LONG_HEAD)

    def eof_received(self) -> bool:
        """The client will ask no more; the answers that it waits for still go out."""
        self._ended = True
        return self._held is not None

    def pause_writing(self) -> None:
        """The client does not read: what it asks meanwhile may wait."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if not self._ended and not self._transport.is_closing():
            self._transport.resume_reading()

    # --- what the parser says

    def on_message_begin(self) -> None:
        """A request begins."""
        self._begin()

    def on_url(self, url: bytes) -> None:
        """A part of its target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers.append((_name(name), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """All headers are there, the body not yet."""
        for name, value in self._headers:
            if name == "content-length" and (len(value) > 12 or int(value) > MOST_BYTES):
                self._refuse(_TOO_LARGE)
            elif name == "expect" and value.lower() == "100-continue":
                self._expects = True
        if self._expects and not self._ended and not self._waiting and self._held is None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._head -= len(body)
        if self._ended:
            return
        if not self._body:
            self._body = body
        else:
            self._body = self._body if isinstance(self._body, bytearray) else bytearray(self._body)
            self._body += body
        if len(self._body) > MOST_BYTES:
            self._refuse(_TOO_LARGE)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._head = 0
        if self._ended:
            return
        lasting = self._parser.get_http_version() != "1.0" and self._parser.should_keep_alive()
        target = _parts(self._target)
        if target is None:
            self._refuse(_UNREADABLE)
            return
        request = MockRequest(
            self._parser.get_method().decode("ascii"),
            *target,
            tuple(self._headers),
            bytes(self._body),
            self._house.now(),
        )
        self._ended = not lasting
        self._waiting.append((request, lasting))
        if len(self._waiting) > _MOST_WAITING:
            self._transport.pause_reading()
        self._proceed()

    # --- answers

    def finish(self) -> None:
        """No more requests: the connection ends, after the answer that is held back, if one is."""
        self._ended = True
        if self._held is None:
            self._transport.close()

    def abort(self) -> None:
        """The end, whatever waits."""
        self._transport.abort()

    def _refuse(self, reply: MockReply) -> None:
        """Says so in its turn, and reads no further."""
        if not self._ended:
            self._ended = True
            self._waiting.append((reply, False))
            self._proceed()

    def _proceed(self) -> None:
        """Answers what waits, until an answer is held back."""
        while self._waiting and self._held is None:
            asked, lasting = self._waiting.popleft()
            written, lasting = self._written(asked, lasting)
            if self._house.latency > 0:
                loop = asyncio.get_running_loop()
                self._held = loop.call_later(self._house.latency, self._release, written, lasting)
            else:
                self._write(written, lasting)

    def _written(self, asked: MockRequest | MockReply, lasting: bool) -> tuple[bytes, bool]:
        """The reply as it goes out, and whether the connection lives on. A fault of ours is a 500 and its end."""
        if isinstance(asked, MockReply):
            return written_reply(asked, self._house.now(), lasting=lasting), lasting
        try:
            reply = self._house.answer(asked)
            return written_reply(reply, asked.now, head=asked.method == "HEAD", lasting=lasting), lasting
        except Exception:  # noqa: BLE001 - whatever it is, the client is told and the others are served
            _log.exception("The mock could not answer %s %s.", asked.method, asked.path)
            return written_reply(_OUR_FAULT, asked.now, lasting=False), False

    def _release(self, written: bytes, lasting: bool) -> None:
        self._held = None
        self._write(written, lasting)
        self._proceed()
        if self._ended and self._held is None:
            self._transport.close()
        elif len(self._waiting) <= _MOST_WAITING:
            self.resume_writing()

    def _write(self, written: bytes, lasting: bool) -> None:
        self._transport.write(written)
        if lasting:
            self._settle()
        else:
            self._waiting.clear()
            self._transport.close()

    def _settle(self) -> None:
        self.quiet_since = asyncio.get_running_loop().time()


@lru_cache(maxsize=256)  # clients know few names
def _name(written: bytes) -> str:
    """A header's name, in lower case (RFC 9110 §5.1)."""
    return written.decode("latin-1").lower()


def _parts(target: bytes) -> tuple[str, str] | None:
    """Path and query of a request's target (RFC 9112 §3.2), both percent-encoded; None when it has none."""
    if not target.startswith(b"/") or b"#" in target:
        if target == b"*":
            return "*", ""
        try:
            url = httptools.parse_url(target)
        except httptools.HttpParserInvalidURLError:
            return None
        if not url.path:
            return None
        return url.path.decode("latin-1"), (url.query or b"").decode("latin-1")
    path, _, query = target.decode("latin-1").partition("?")
    return path, query


def written_reply(reply: MockReply, now: datetime, *, lasting: bool, head: bool = False) -> bytes:
    """The reply as it goes out; its `Date` is the moment it was made (RFC 9110 §6.6.1)."""
    bodiless = reply.status in (204, 304)  # RFC 9110 §8.6: no Content-Length there
    start, counted = _start(reply.status, reply.headers)
    date = _date(int(now.timestamp()))
    length = b"" if bodiless or counted else b"content-length: %d\r\n" % len(reply.body)
    end = b"\r\n" if lasting else b"connection: close\r\n\r\n"
    body = b"" if bodiless or head else reply.body
    return b"".join((start, date, length, end, body))


@lru_cache(maxsize=1024)  # most replies have the headers of one before
def _start(status: int, headers: tuple[tuple[str, str], ...]) -> tuple[bytes, bool]:
    """Status line and headers, and whether they count the body. Raises `ValueError` for what would break a line."""
    lines = [f"{name.lower()}: {value}" for name, value in headers]
    if not all(line.isprintable() for line in lines):
        raise ValueError(f"Cannot send the headers {headers}: because one of them is not printable.")
    text = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} {_phrase(status)}", *lines))
    return text.encode("latin-1"), any(name.lower() == "content-length" for name, _ in headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


@lru_cache(maxsize=4)  # the same for a second
def _date(second: int) -> bytes:
    """The `Date` header of that second (RFC 9110 §5.6.7), whatever language the machine speaks."""
    moment = datetime.fromtimestamp(second, UTC)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"date: {day}, {moment:%d} {month} {moment:%Y %H:%M:%S} GMT\r\n".encode("ascii")
