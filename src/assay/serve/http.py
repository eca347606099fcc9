"""The mock on a socket: a thin shell around the pure engine, one world, many clients.

Requests are answered one after another, each by the world the one before left, so no change is ever lost (`keeper`).
What HTTP adds to a reply, `cors` and `compression` add; below `/__assay__/` the mock itself can be looked at and
steered (`control`).
"""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import FrameType
from typing import Any

import uvicorn

from assay.mock.answering import Answering
from assay.mock.coding import MOST_BYTES
from assay.mock.explain import HEADER, UNROUTED
from assay.mock.world import MockReply, MockRequest, World
from assay.serve.compression import LEAST, compressed
from assay.serve.control.desk import Control
from assay.serve.control.gate import NotAlone
from assay.serve.cors import Cors
from assay.serve.keeper import Keeper
from assay.serve.manners import misbehave, write
from assay.serve.protocol import Protocol

__all__ = ["MOST_BYTES", "CannotServe", "Server", "run_forever", "serve"]

#: seconds that starting and stopping may take
_PATIENCE = 10.0

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

_TOO_LARGE = MockReply(
    413,
    (
        ("Content-Type", "application/problem+json"),
        ("Connection", "close"),
        (HEADER, f"{UNROUTED}; The body is larger than the mock reads."),
    ),
    b'{"type":"about:blank","title":"Content Too Large","status":413,'
    b'"detail":"The mock reads bodies of up to 10 MiB."}',
    "",
)


class CannotServe(OSError):
    """The address cannot be listened on: the environment's fault."""


class Server:
    """A running mock. It serves until `stop` is called or the process ends."""

    def __init__(self, keeper: Keeper, listener: socket.socket, app: _App) -> None:
        host, port = listener.getsockname()[:2]
        #: where it answers, without a trailing slash
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._keeper = keeper
        self._listener = listener
        self._uvicorn = _Announcing(_config(app))
        self._thread = threading.Thread(target=self._run, name=f"assay-mock-{port}", daemon=True)

    @property
    def requests(self) -> int:
        """How many requests were answered so far."""
        return self._keeper.requests

    @property
    def world(self) -> World:
        """What the mock remembers now."""
        return self._keeper.world

    def reset(self, world: World | None = None) -> None:
        """Starts over with `world`, an empty one when none is given."""
        self._keeper.reset(world or World())

    def advance(self, seconds: float) -> None:
        """Moves the mock's clock on: for it, so much more time has passed. There is no way back."""
        self._keeper.advance(seconds)

    def start(self) -> None:
        """Begins to serve. Raises `CannotServe` when that takes too long."""
        self._thread.start()
        if not self._uvicorn.ready.wait(_PATIENCE):
            self.stop()
            raise CannotServe(
                f"Cannot serve on {self.url}: because the server did not start in {_PATIENCE:.0f} s."
            )

    def stop(self) -> None:
        """Finishes the requests under way and closes the port. Calling it again does nothing."""
        self._uvicorn.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_PATIENCE / 2)
        if self._thread.is_alive():
            self._uvicorn.force_exit = True
            self._thread.join(_PATIENCE / 2)
        self._listener.close()

    def _run(self) -> None:
        asyncio.run(self._uvicorn.serve(sockets=[self._listener]))

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(
    engine: Answering,
    host: str = "127.0.0.1",
    port: int = 0,
    latency: float = 0.0,
    *,
    cors: Cors | None = None,
    control: bool = False,
) -> Server:
    """Serves `engine` in a background thread. Port 0 is any free one; `latency` seconds delay each reply.

    `cors` says which pages may ask, None that no page may; with `control` the mock can be steered below `/__assay__/`,
    and the faults switched that `engine` may offer (`Faults`). Raises `CannotServe` when the address cannot be listened
    on, and `NotAlone` where `control` would be within others' reach.
    """
    listener = _listen(host, port)
    keeper = Keeper(engine)
    try:
        desk = Control(keeper, listener.getsockname()[0]) if control else None
    except NotAlone:
        listener.close()
        raise
    server = Server(keeper, listener, _App(keeper, latency, cors, desk))
    server.start()
    return server


def run_forever(
    engine: Answering,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    latency: float = 0.0,
    *,
    cors: Cors | None = None,
    control: bool = False,
) -> None:
    """Serves until SIGINT or SIGTERM, then stops in order. `on_ready` gets the URL. For the main thread only.

    Raises what `serve` does.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    server = serve(engine, host, port, latency, cors=cors, control=control)
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        on_ready(server.url)
        while not stopping.wait(0.5):  # a wait without end cannot be interrupted on Windows
            pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.stop()


class _App:
    """The ASGI application: reads a request, has it answered, writes the reply."""

    def __init__(self, keeper: Keeper, latency: float, cors: Cors | None, control: Control | None) -> None:
        self._keeper = keeper
        self._latency = latency
        self._cors = cors
        self._control = control

    async def __call__(self, scope: Mapping[str, Any], receive: _Receive, send: _Send) -> None:
        body = await _body(scope, receive)
        if body is None:
            return  # the client has gone
        request = MockRequest(
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]),
            body=body,
            now=self._keeper.now(),
        )
        if self._control is not None and self._control.owns(request.path):
            reply = self._control.answer(request)
        else:
            reply = _TOO_LARGE if len(body) > MOST_BYTES else self._keeper.answer(request)
            if self._cors is not None and "origin" in request.named:
                reply = self._cors.shared(request, reply)
            if self._latency > 0:
                await asyncio.sleep(self._latency)
        if reply.manner is not None:
            await misbehave(reply, scope, receive, send)
            return
        if len(reply.body) >= LEAST or request.method == "HEAD":
            reply = compressed(request, reply)
        await write(reply, scope["method"], send)


async def _body(scope: Mapping[str, Any], receive: _Receive) -> bytes | None:
    """The whole body; a byte more than `MOST_BYTES` when it is too large; None when the client left."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if announced.isdigit() and (len(announced) > 12 or int(announced) > MOST_BYTES):
        return bytes(MOST_BYTES + 1)
    chunks = bytearray()
    while len(chunks) <= MOST_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(chunks)


class _Announcing(uvicorn.Server):
    """Says when it serves, so that nobody has to ask again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _config(app: _App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=Protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",  # only what is our own fault
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=2,
        backlog=2048,
    )


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
