"""The mock on a socket: a thin shell around the pure engine, one world, many clients.

Requests are answered one after another, each by the world the one before left, so no change is ever lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

from assay.mock.engine import Engine, MockReply, MockRequest, World
from assay.serve.connection import MOST_BYTES, Connection, House

__all__ = ["MOST_BYTES", "CannotServe", "Server", "run_forever", "serve"]

#: seconds that starting and stopping may take, and of these answers under way when it stops
_PATIENCE, _GRACE = 10.0, 2.0
#: seconds after which a connection that nobody uses is closed, and how often that is looked after
_QUIET, _ROUND = 60.0, 5.0


class CannotServe(OSError):
    """The address cannot be listened on: the environment's fault."""


class Server:
    """A running mock. It serves until `stop` is called or the process ends."""

    def __init__(self, engine: Engine, listener: socket.socket, latency: float) -> None:
        host, port = listener.getsockname()[:2]
        #: where it answers, without a trailing slash
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._clerk = _Clerk(engine)
        self._house = House(self._clerk.answer, self._clerk.now, latency)
        self._listener = listener
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leaving = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"assay-mock-{port}", daemon=True)

    @property
    def requests(self) -> int:
        """How many requests were answered so far."""
        return self._clerk.requests

    @property
    def world(self) -> World:
        """What the mock remembers now."""
        return self._clerk.world

    def reset(self, world: World | None = None) -> None:
        """Starts over with `world`, an empty one when none is given."""
        self._clerk.reset(world or World())

    def advance(self, seconds: float) -> None:
        """Moves the mock's clock on: for it, so much more time has passed. There is no way back."""
        self._clerk.advance(seconds)

    def start(self) -> None:
        """Begins to serve. Raises `CannotServe` when that takes too long."""
        self._thread.start()
        if not self._ready.wait(_PATIENCE):
            self.stop()
            raise CannotServe(
                f"Cannot serve on {self.url}: because the server did not start in {_PATIENCE:.0f} s."
            )

    def stop(self) -> None:
        """Finishes the requests under way and closes the port. Calling it again does nothing."""
        if self._loop is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it ended just now
                self._loop.call_soon_threadsafe(self._leaving.set)
            self._thread.join(_PATIENCE)
        self._listener.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await self._loop.create_server(lambda: Connection(self._house), sock=self._listener)
        self._ready.set()
        leaving = self._loop.create_task(self._leaving.wait())
        while not (await asyncio.wait({leaving}, timeout=_ROUND))[0]:
            self._close_quiet_ones(self._loop.time() - _QUIET)
        server.close()
        for connection in tuple(self._house.connections):
            connection.finish()
        until = self._loop.time() + _GRACE
        while self._house.connections and self._loop.time() < until:
            await asyncio.sleep(0.01)
        for connection in tuple(self._house.connections):
            connection.abort()

    def _close_quiet_ones(self, before: float) -> None:
        """Closes the connections on which nothing was asked for long."""
        for connection in tuple(self._house.connections):
            if connection.quiet_since is not None and connection.quiet_since < before:
                connection.finish()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(engine: Engine, host: str = "127.0.0.1", port: int = 0, latency: float = 0.0) -> Server:
    """Serves `engine` in a background thread. Port 0 is any free one; `latency` seconds delay each reply.

    Raises `CannotServe` when the address cannot be listened on.
    """
    server = Server(engine, _listen(host, port), latency)
    server.start()
    return server


def run_forever(
    engine: Engine, host: str, port: int, on_ready: Callable[[str], None], latency: float = 0.0
) -> None:
    """Serves until SIGINT or SIGTERM, then stops in order. `on_ready` gets the URL. For the main thread only.

    Raises `CannotServe` when the address cannot be listened on.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    server = serve(engine, host, port, latency)
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        on_ready(server.url)
        while not stopping.wait(0.5):  # a wait without end cannot be interrupted on Windows
            pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.stop()


class _Clerk:
    """Where requests are answered, one after another, each by the world that the one before left."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self.world = World()
        self.requests = 0
        #: how far its clock is ahead of the machine's
        self._ahead = timedelta()

    def reset(self, world: World) -> None:
        with self._lock:
            self.world = world

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._ahead += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def answer(self, request: MockRequest) -> MockReply:
        with self._lock:
            self.world, reply = self._engine.respond(self.world, request)
            self.requests += 1
        return reply


def _listen(host: str, port: int) -> socket.socket:
    where = f"{host}:{port}"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
        # accepted sockets inherit it; asyncio sets it only on sockets made with an explicit protocol, and without it
        # each small answer waits 40 ms for the client's delayed acknowledgement
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OverflowError as error:
        raise CannotServe(
            f"Cannot serve on {where}: because there is no such port. Use 0 to 65535."
        ) from error
    except OSError as error:
        raise CannotServe(error.errno, f"Cannot serve on {where}: because {_because(error)}") from error
    return listener


def _because(error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return "the port is taken. Choose another, or 0 for any free one."
        case errno.EACCES:
            return "this port is reserved. Choose one above 1023."
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address. Use 127.0.0.1."
    return f"{error.strerror or error}. Use 127.0.0.1."
