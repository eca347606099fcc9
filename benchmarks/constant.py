"""A server that says the same few bytes to everybody: what HTTP alone costs.

    python -m benchmarks.constant ours|uvicorn

`ours` is the mock's own shell without an engine, `uvicorn` the same reply as an ASGI application. The address is the
first line of the output.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from assay.mock.world import MockReply, MockRequest, World
from assay.model.contract import ContractSet
from assay.serve.http import run_forever

BODY = b'{"success":true,"message":"Multi-session ended successfully"}'
HEADERS = (
    ("Content-Type", "application/json"),
    ("X-Assay-Cell", "a line of about as many characters as usual" * 3),
)
REPLY = MockReply(200, HEADERS, BODY, "")

#: as ASGI has it
Message = MutableMapping[str, Any]


class Same:
    """Answers everybody alike."""

    contracts = ContractSet((), "")

    def respond(self, world: World, _: MockRequest) -> tuple[World, MockReply]:
        """The reply."""
        return world, REPLY


def ours() -> None:
    """The mock's shell."""
    run_forever(Same(), "127.0.0.1", 0, lambda url: print(url, flush=True))


async def ready_made(listener: socket.socket) -> None:
    """The same behind uvicorn, as lean as it can be set."""
    import uvicorn  # noqa: PLC0415 - only the one that is asked for

    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS]
    headers.append((b"content-length", str(len(BODY)).encode()))

    async def app(
        _: Any, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})

    config = uvicorn.Config(app, http="httptools", loop="asyncio", ws="none", lifespan="off", interface="asgi3",
                            log_config=None, access_log=False, server_header=False)  # fmt: skip
    await uvicorn.Server(config).serve(sockets=[listener])


def theirs() -> None:
    """Uvicorn alone."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    asyncio.run(ready_made(listener))


def main() -> None:
    """Serves until it is ended."""
    {"ours": ours, "uvicorn": theirs}[sys.argv[1]]()


if __name__ == "__main__":
    main()
