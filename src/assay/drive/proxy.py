"""A proxy that all requests go through: HTTP, with or without credentials (RFC 9110 §7.6, §9.3.6)."""

from __future__ import annotations

import base64
import re
import socket
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from assay.drive.flight import Flight

_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?:[ \r\n])")
#: bytes of the head of its answer to CONNECT
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Proxy:
    """Where it is, and what it is shown. It never shows that by accident."""

    host: str
    port: int
    #: `user:password`; empty: nothing is shown
    secret: str = ""

    @classmethod
    def of(cls, url: str) -> Proxy:
        """The proxy at that URL, user information included. Raises `ValueError`, which never quotes it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 80
        except ValueError:
            host, port, parts = "", 0, urlsplit("")
        if parts.scheme != "http" or not host or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(
                "Cannot use the proxy: because its URL is not of the form http://HOST:PORT. "
                "Give one that speaks HTTP; USER:PASSWORD@ may stand before its host."
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, port, f"{user}:{password}" if user or password else "")

    @property
    def url(self) -> str:
        """Where it is, without what it is shown."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What it is shown (RFC 9110 §11.7.2, RFC 7617)."""
        if not self.secret:
            return ()
        pair = base64.b64encode(self.secret.encode()).decode("ascii")
        return (("Proxy-Authorization", f"Basic {pair}"),)

    def tunnel(self, sock: socket.socket, authority: str, flight: Flight) -> None:
        """Has it connect to `authority`, host and port. Raises `OSError` where it does not."""
        lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        sock.settimeout(flight.left_to_connect())
        sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        head = b""
        while b"\r\n\r\n" not in head:
            sock.settimeout(flight.left_to_connect())
            # byte by byte at the end would be slow and safe: it says nothing more until we do
            data = sock.recv(4096)
            head += data
            if not data or len(head) > _HEAD:
                raise ConnectionError("the proxy hung up")
        status = _STATUS.match(head)
        if status is None or not status[1].startswith(b"2"):
            code = status[1].decode() if status is not None else "something else than HTTP"
            raise OSError(f"the proxy answered {code} to CONNECT")
