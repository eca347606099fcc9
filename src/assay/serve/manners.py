"""Replies on their way out: as they should, and as faults have it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from assay.mock.world import Manner, MockReply

#: where the connection is found in an ASGI scope (`serve.protocol` puts it there)
CONNECTION = "assay.connection"
#: closing such a socket resets the connection
_LINGER = struct.pack("ii", 1, 0)

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]


async def write(reply: MockReply, method: str, send: _Send) -> None:
    """Sends the reply."""
    headers, bodiless = _head(reply)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bodiless or method == "HEAD" else reply.body})


async def misbehave(reply: MockReply, scope: Mapping[str, Any], receive: _Receive, send: _Send) -> None:
    """Sends the reply late, in part, or not at all."""
    manner = reply.manner or Manner()
    if manner.delay:
        await asyncio.sleep(manner.delay)
    connection = scope[CONNECTION]
    if manner.hang:
        connection.hangs = True
        try:
            await _gone(receive)
        except asyncio.CancelledError:  # the server stops
            connection.cycle.disconnected = True
            connection.transport.abort()
    elif manner.reset:
        transport = connection.transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        transport.abort()
        await _gone(receive)
    elif manner.cut is not None and not _head(reply)[1] and scope["method"] != "HEAD":
        await send({"type": "http.response.start", "status": reply.status, "headers": _head(reply)[0]})
        await send({"type": "http.response.body", "body": reply.body[: manner.cut], "more_body": True})
        # what was written goes out first
        connection.transport.close()
        await _gone(receive)
    else:
        await write(reply, scope["method"], send)


def _head(reply: MockReply) -> tuple[list[tuple[bytes, bytes]], bool]:
    """The header fields, and whether there can be no body."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    bodiless = reply.status in (204, 304)  # RFC 9110 §8.6: no Content-Length there
    if reply.header("content-length") is None and not bodiless:
        headers.append((b"content-length", str(len(reply.body)).encode("ascii")))
    return headers, bodiless


async def _gone(receive: _Receive) -> None:
    """Waits until the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
