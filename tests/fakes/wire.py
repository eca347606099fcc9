"""Raw bytes to a server and back, as no client would send them."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit


def raw(url: str, *pieces: bytes, timeout: float = 5) -> bytes:
    """What the server answers to these pieces, sent one by one, up to the end of the connection."""
    parts = urlsplit(url)
    with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=timeout) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server has heard enough; what it said may still be read
        return b"".join(_heard(connection))


def statuses(answer: bytes) -> list[int]:
    """The statuses of the answers in it, one after another."""
    found = []
    while answer.startswith(b"HTTP/1.1 "):
        head, _, rest = answer.partition(b"\r\n\r\n")
        found.append(int(head[9:12]))
        lines = head.lower().split(b"\r\n")
        length = next((line[15:] for line in lines if line.startswith(b"content-length:")), b"0")
        answer = rest[int(length) :]
    if answer:
        raise ValueError(f"no answer: {answer[:100]!r}")
    return found


def _heard(connection: socket.socket) -> Iterable[bytes]:
    try:
        while chunk := connection.recv(65536):
            yield chunk
    except ConnectionResetError:
        return
