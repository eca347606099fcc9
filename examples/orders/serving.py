"""Runs an orders server: for people on a port, for tests in a thread."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn

from examples.orders.server import Orders
from examples.orders.wrong import WRONG

#: whose tokens these are: what a server started without any accepts
TOKENS = {"alice": "alice-token-5c1d", "bob": "bob-token-9e7a"}
_STARTS_WITHIN = 10.0


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    #: principal -> bearer token
    tokens: dict[str, str]


@contextlib.contextmanager
def start(make: type[Orders] = Orders, tokens: dict[str, str] | None = None) -> Iterator[Running]:
    """Serves on a free loopback port for the length of a `with` block. Raises `TimeoutError`."""
    given = dict(tokens or TOKENS)
    with socket.socket() as listening:
        # accepted sockets inherit it; without it the second half of an answer waits for the client's delayed
        # acknowledgement, 40 ms each time
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind(("127.0.0.1", 0))
        server = _Prompt(_config(make(given)))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            _until_started(server, thread)
            yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", given)
        finally:
            server.should_exit = True
            thread.join(_STARTS_WITHIN)


class _Prompt(uvicorn.Server):
    """Stops at once: what it was answering may be lost, and nothing outlives the block."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(0.005)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()


def _config(
    orders: Orders, host: str = "127.0.0.1", port: int = 0, level: str = "critical"
) -> uvicorn.Config:
    app = orders.app()
    return uvicorn.Config(app, host, port, log_level=level, access_log=False, lifespan="off", ws="none")


def _until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    for _ in range(int(_STARTS_WITHIN / 0.005)):
        if server.started or not thread.is_alive():
            break
        pause.wait(0.005)
    if not server.started:
        raise TimeoutError("Cannot start the orders server: because it did not come up in time.")


def main() -> None:
    """Serves until interrupted."""
    parser = argparse.ArgumentParser(description="The orders API: honest, or wrong in one way.")
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8000)
    add("--wrong", choices=sorted(WRONG), metavar="NAME", help="the fault to have: a file of wrong/")
    add("--token", action="append", metavar="NAME=TOKEN", help="a principal and its bearer token")
    given = parser.parse_args()
    tokens = dict(pair.split("=", 1) for pair in given.token) if given.token else TOKENS
    make = WRONG[given.wrong].make if given.wrong else Orders
    uvicorn.Server(_config(make(tokens), given.host, given.port, "info")).run()


if __name__ == "__main__":
    main()
