"""A server of scripted bytes on loopback: says anything, HTTP or not, and records what it was sent."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path

#: whom the servers with TLS are
CERTIFICATE = Path(__file__).parent / "tls" / "cert.pem"
#: what a script gets: the connection, and which one it is, counted from 0
Script = Callable[["Connection", int], None]


class Connection:
    """One accepted connection."""

    def __init__(self, sock: socket.socket, heads: list[bytes], bodies: list[bytes]) -> None:
        self.sock = sock
        self._heads, self._bodies = heads, bodies
        self._buffer = b""

    def read(self) -> bytes:
        """The head of the next request; its body is read too. Empty when the client closed."""
        while b"\r\n\r\n" not in self._buffer:
            data = self.sock.recv(65536)
            if not data:
                return b""
            self._buffer += data
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        while len(self._buffer) < length:
            self._buffer += self.sock.recv(65536)
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        self._heads.append(head)
        self._bodies.append(body)
        return head

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class RawServer:
    """Runs a script for every connection, each in its thread; a context manager."""

    def __init__(
        self, script: Script, *, tls: bool = False, port: int = 0, client_ca: Path | None = None
    ) -> None:
        """With `tls`, only who trusts `CERTIFICATE` and asks for «localhost» comes to a script.

        With `client_ca` he also has to show a certificate that it vouches for.
        """
        self._script = script
        self._context = _context(client_ca) if tls else None
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.url = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        #: heads and bodies of all requests, in order
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        #: how many connections came
        self.accepted = 0
        #: set by `__exit__`; scripts that dawdle wait for it
        self.over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            number, self.accepted = self.accepted, self.accepted + 1
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(10)
        with sock, contextlib.suppress(OSError):
            if self._context is None:
                self._script(Connection(sock, self.heads, self.bodies), number)
                return
            with self._context.wrap_socket(sock, server_side=True) as wrapped:
                self._script(Connection(wrapped, self.heads, self.bodies), number)

    def stop_listening(self) -> None:
        # shutdown wakes the thread that waits in accept, which else would keep the port open
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> RawServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.stop_listening()


def _context(client_ca: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context


def reply(body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A response with Content-Length, as bytes."""
    announced = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {announced}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def always(*answers: bytes) -> Script:
    """Answers requests with `answers` in turn on each connection, the last one again and again."""

    def script(connection: Connection, _number: int) -> None:
        turn = 0
        while connection.read():
            connection.say(answers[min(turn, len(answers) - 1)])
            turn += 1

    return script
