"""A lean HTTP client that asks the same conversation again and again, and holds the server to its answers.

    python -m benchmarks.load URL SCRIPT.json [--connections 8] [--seconds 3]

`SCRIPT.json` is a list of steps. Each has `request`, the bytes that go out, in which `{id}` is the id of the
conversation; `status`, the one answer that counts; and perhaps `learn`, a regular expression whose group finds the id
in the answer. Each connection is kept alive and asks the next step once the last is answered. A line of JSON is
printed: how many requests in how many seconds, how long one took, and every answer that was not the expected one.

It imports nothing but the standard library, and waits for its sockets itself: it shares the machine with the server
that it measures, and what it needs is missing there.
"""

from __future__ import annotations

import argparse
import json
import re
import selectors
import socket
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: *(\d+)")
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_END = b"\r\n\r\n"
#: a server that does not answer for so many seconds has failed
_PATIENCE = 20.0


@dataclass(frozen=True)
class Step:
    """One request of a conversation, and the status it is to get."""

    request: bytes
    status: bytes
    learn: re.Pattern[bytes] | None
    #: True when the id goes into it
    named: bool

    @classmethod
    def of(cls, written: dict[str, Any]) -> Step:
        """From the script's words."""
        learn, request = written.get("learn"), written["request"].encode()
        expression = re.compile(learn.encode()) if learn else None
        return cls(request, str(written["status"]).encode(), expression, b"{id}" in request)


@dataclass
class Tally:
    """What all connections saw."""

    requests: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    #: seconds that some of the requests took
    took: list[float] = field(default_factory=list)


class Caller:
    """One connection: asks, waits for the whole answer, looks at it, asks the next."""

    def __init__(self, address: tuple[str, int], steps: tuple[Step, ...], tally: Tally) -> None:
        self._steps, self._tally = steps, tally
        self._at, self._id, self._rest, self._asked = 0, b"", b"", 0.0
        self.socket = socket.create_connection(address, timeout=_PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Asks what is next."""
        step = self._steps[self._at]
        self._asked = time.perf_counter()
        self.socket.sendall(step.request.replace(b"{id}", self._id) if step.named else step.request)

    def hear(self) -> bool:
        """Reads what came; True when the answer is whole and was looked at."""
        data = self.socket.recv(65536)
        if not data:
            self._tally.wrong[f"step {self._at}: the connection was closed"] += 1
            raise ConnectionError("closed")
        self._rest += data
        end = _whole(self._rest)
        if end is None:
            return False
        answer, self._rest = self._rest, b""
        if end != len(answer):
            self._tally.wrong[f"step {self._at}: {len(answer) - end} bytes too many"] += 1
        self._look(answer)
        return True

    def _look(self, answer: bytes) -> None:
        step, tally = self._steps[self._at], self._tally
        tally.requests += 1
        if tally.requests % 16 == 0:
            tally.took.append(time.perf_counter() - self._asked)
        if answer[9:12] != step.status:
            tally.wrong[f"step {self._at}: {answer[9:12]!r} instead of {step.status!r}"] += 1
        if step.learn is not None:
            found = step.learn.search(answer)
            if found is None:
                tally.wrong[f"step {self._at}: no id in the answer"] += 1
            self._id = found[1] if found else b"none"
        self._at = (self._at + 1) % len(self._steps)


def _whole(data: bytes) -> int | None:
    """The length of the answer that `data` begins with; None while it is not all there."""
    head = data.find(_END)
    if head < 0:
        return None
    length = _LENGTH.search(data, 0, head)
    if length is not None:
        end = head + 4 + int(length[1])
    elif _CHUNKED.search(data, 0, head) is not None:
        last = data.find(b"\r\n0\r\n\r\n", head)
        if last < 0:
            return None
        end = last + 7
    else:
        end = head + 4
    return None if len(data) < end else end


def load(url: str, steps: tuple[Step, ...], connections: int, seconds: float) -> dict[str, Any]:
    """Asks on so many connections for so many seconds."""
    tally, parts = Tally(), urlsplit(url)
    callers = [Caller((str(parts.hostname), parts.port or 80), steps, tally) for _ in range(connections)]
    began = time.perf_counter()
    until, now = began + seconds, began
    with selectors.DefaultSelector() as selector:
        for caller in callers:
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.ask()
        while now < until:
            ready = selector.select(_PATIENCE)
            if not ready:
                tally.wrong[f"no answer within {_PATIENCE:.0f} s"] += 1
                break
            for key, _ in ready:
                if key.data.hear():
                    key.data.ask()
            now = time.perf_counter()
    for caller in callers:
        caller.socket.close()
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
    print(json.dumps(load(given.url, steps, given.connections, given.seconds)))


if __name__ == "__main__":
    main()
