"""A server that costs as little as it can, in a process of its own, for benchmarks of everything else.

    with Fast(latency_ms=20) as server:
        …  # ask at server.url

It answers each request with the same JSON after that latency, whatever was asked, and keeps connections.

    python -m benchmarks.servers [--latency-ms 20]

serves until its standard input ends, and says first where.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

#: method, path, head in lower case and body of a request -> the bytes of the whole answer
Respond = Callable[[bytes, bytes, bytes, bytes], bytes]

BODY = b'{"id":"6f1c1f6a-1a0c-4d0e-9a51-0d8c2b8a7f10","state":"running","created_at":"2026-01-01T12:00:00Z"}'
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 12:00:00 GMT\r\nServer: fast\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class Fast:
    """The server as a subprocess; a context manager."""

    #: what is run
    module = "benchmarks.servers"

    def __init__(self, latency_ms: float = 0.0) -> None:
        self._command = [sys.executable, "-m", self.module, "--latency-ms", str(latency_ms)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


class _Connection(asyncio.Protocol):
    """Answers as many requests as came whole; a body is as long as Content-Length says."""

    def __init__(self, respond: Respond, latency: float) -> None:
        self._respond, self._latency = respond, latency
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            line, _, head = self._buffer[:end].partition(b"\r\n")
            head = head.lower()
            _, found, rest = (b"\r\n" + head).partition(b"\r\ncontent-length:")
            whole = end + 4 + (int(rest.partition(b"\r\n")[0]) if found else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            method, path, _ = line.split(b" ", 2)
            answer = self._respond(method, path, head, body)
            if self._latency:
                self._loop.call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def _serve(respond: Respond, latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(respond, latency), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def serve(respond: Respond, what: str) -> None:
    """Serves until the standard input ends; the command line may name a latency."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--latency-ms", type=float, default=0.0, help="milliseconds before each answer")
    asyncio.run(_serve(respond, parser.parse_args().latency_ms / 1000))


if __name__ == "__main__":
    serve(lambda *_: _ANSWER, "A fast server for benchmarks.")
