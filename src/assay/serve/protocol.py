"""uvicorn's connections, with what clients of a mock need besides.

What is not HTTP is refused in the mock's own words. A client that has said all it wanted may say so (half-close) and
still gets its answers. And one that offers another protocol along with its request, as some do with every first one
(`Upgrade: h2c`), gets its answer in this one (RFC 9110 §7.8): the parser stops where the other would begin, and
another goes on.
"""

from __future__ import annotations

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assay.mock.explain import HEADER, UNROUTED
from assay.serve.manners import CONNECTION

_WHY = "What came is not a request (RFC 9112)."
_BODY = f'{{"type":"about:blank","title":"Bad Request","status":400,"detail":"{_WHY}"}}'.encode()
_REPLY = b"\r\n".join(
    (
        b"HTTP/1.1 400 Bad Request",
        b"content-type: application/problem+json",
        b"content-length: %d" % len(_BODY),
        b"connection: close",
        f"{HEADER.lower()}: {UNROUTED}; {_WHY}".encode(),
        b"",
        _BODY,
    )
)
#: what says where a body ends
_FRAMING = (b"content-length", b"transfer-encoding")


class Protocol(HttpToolsProtocol):
    """One connection."""

    #: who asked is never answered
    hangs = False

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope[CONNECTION] = self  # type: ignore[literal-required]  # for who ends it rudely

    def data_received(self, data: bytes) -> None:
        """Takes in what came."""
        self._unset_keepalive_if_required()
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as stopped:
                data = data[stopped.args[0] :]
                self._go_on()
            except httptools.HttpParserError:
                return self.send_400_response("")
            else:
                return None
        return None

    def _go_on(self) -> None:
        """Goes on behind the head of a request at which the parser has stopped."""
        framing = [one for one in self.headers if one[0] in _FRAMING]
        if not framing:
            self.parser = httptools.HttpRequestParser(self)
            return
        self.cycle.more_body = True
        self.parser = httptools.HttpRequestParser(_Rest(self))
        self.parser.feed_data(
            b"POST / HTTP/1.1\r\n" + b"".join(b"%s: %s\r\n" % one for one in framing) + b"\r\n"
        )

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio takes a truth, uvicorn says None
        """The client has said all: True while requests that came whole wait for their answers."""
        cycle = self.cycle
        if self.hangs or cycle is None or cycle.response_complete or cycle.more_body:
            return False
        cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn says it in its own words
        """Refuses bytes that cannot be read as a request, as a problem (RFC 9457), and ends the connection.

        Requests that came whole before them are answered first (RFC 9112 §9.3.2); then nothing more can be understood.
        """
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False
            return
        self.transport.write(_REPLY)
        self.transport.close()


class _Rest:
    """What a parser tells of a connection that knows the first head already."""

    def __init__(self, connection: Protocol) -> None:
        self._connection = connection
        self._known = True
        self.on_body = connection.on_body
        self.on_message_complete = connection.on_message_complete

    def on_message_begin(self) -> None:
        """A request begins."""
        if not self._known:
            self._connection.on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of its target."""
        if not self._known:
            self._connection.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header of it."""
        if not self._known:
            self._connection.on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head was read."""
        if not self._known:
            self._connection.on_headers_complete()
        self._known = False
