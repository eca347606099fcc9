"""uvicorn's connections, which answer what is not HTTP in the mock's own words."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assay.mock.explain import HEADER, UNROUTED

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


class Protocol(HttpToolsProtocol):
    """One connection."""

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
