"""A lean HTTP client that asks the same conversation again and again, and holds the server to its answers.

    python -m benchmarks.load URL SCRIPT.json [--connections 8] [--seconds 3]

`SCRIPT.json` is a list of steps. Each has `request`, the bytes that go out, in which `{id}` is the id of the
conversation; `status`, the one answer that counts; and perhaps `learn`, a regular expression whose group finds the id
in the answer. Each connection is kept alive and asks the next step once the last is answered. A line of JSON is
printed: how many requests in how many seconds, how long one took, and every answer that was not the expected one.

It imports nothing but the standard library, so that it starts at once and its own work stays small.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Step:
    """One request of a conversation, and the status it is to get."""

    request: bytes
    status: int
    learn: re.Pattern[bytes] | None = None

    @classmethod
    def of(cls, written: dict[str, Any]) -> Step:
        learn = written.get("learn")
        return cls(
            written["request"].encode(), written["status"], re.compile(learn.encode()) if learn else None
        )


@dataclass
class Tally:
    """What all connections saw."""

    requests: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    #: seconds that some of the requests took
    took: list[float] = field(default_factory=list)


class Caller(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, looks at it, asks the next."""

    def __init__(
        self, steps: tuple[Step, ...], tally: Tally, until: float, done: asyncio.Future[None]
    ) -> None:
        self._steps, self._tally, self._until, self._done = steps, tally, until, done
        self._at, self._id, self._buffer, self._asked = 0, b"", b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        whole = _whole(self._buffer)
        if whole is None:
            return
        body, self._buffer = whole[0], self._buffer[whole[1] :]
        now = time.perf_counter()
        step, tally = self._steps[self._at], self._tally
        tally.requests += 1
        if tally.requests % 7 == 0:
            tally.took.append(now - self._asked)
        if whole[2] != step.status:
            tally.wrong[f"step {self._at}: {whole[2]} instead of {step.status}"] += 1
        if step.learn is not None:
            found = step.learn.search(body)
            if found is None:
                tally.wrong[f"step {self._at}: no id in the answer"] += 1
            self._id = found[1] if found else b"none"
        self._at = (self._at + 1) % len(self._steps)
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if time.perf_counter() < self._until:
            self._tally.wrong[f"step {self._at}: the connection was closed"] += 1
        if not self._done.done():
            self._done.set_result(None)

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._steps[self._at].request.replace(b"{id}", self._id))


def _whole(data: bytes) -> tuple[bytes, int, int] | None:
    """Body, length and status of the answer that `data` begins with; None while it is not all there."""
    head = data.find(_END)
    if head < 0:
        return None
    start = head + len(_END)
    length = _LENGTH.search(data, 0, head)
    if length is not None:
        end = start + int(length[1])
    elif _CHUNKED.search(data, 0, head) is not None:
        last = data.find(b"\r\n0\r\n\r\n", head)
        if last < 0:
            return None
        end = last + 7
    else:
        end = start
    return None if len(data) < end else (data[start:end], end, int(data[9:12]))


async def load(url: str, steps: tuple[Step, ...], connections: int, seconds: float) -> dict[str, Any]:
    """Asks on so many connections for so many seconds."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    loop, tally = asyncio.get_running_loop(), Tally()
    began = time.perf_counter()
    until = began + seconds
    ends = []
    for _ in range(connections):
        done = loop.create_future()
        await loop.create_connection(lambda done=done: Caller(steps, tally, until, done), host, port)
        ends.append(done)
    await asyncio.wait_for(asyncio.gather(*ends), seconds + 30)
    took = sorted(tally.took) or [0.0]
    return {
        "requests": tally.requests,
        "seconds": time.perf_counter() - began,
        "wrong": dict(tally.wrong),
        "median": statistics.median(took),
        "p99": took[int(len(took) * 0.99)],
    }


def main() -> None:
    """Prints one line of JSON."""
    parser = argparse.ArgumentParser(description="Ask the same conversation again and again.")
    parser.add_argument("url")
    parser.add_argument("script", type=Path)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    steps = tuple(map(Step.of, json.loads(given.script.read_text(encoding="utf-8"))))
    print(json.dumps(asyncio.run(load(given.url, steps, given.connections, given.seconds))))


if __name__ == "__main__":
    main()
