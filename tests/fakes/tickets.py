"""The server of the small project of `unit/cli/conftest.py`: it keeps its contracts, or breaks them as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from miniatures.wire import Framing, Reply, Request

#: what an answer becomes: the number of the request, the request, and the honest answer
Twist = Callable[[int, Request, Reply], Reply]


def honest(_number: int, _request: Request, reply: Reply) -> Reply:
    """Stays as it is."""
    return reply


@dataclass
class Tickets:
    """Opens tickets, and closes each once."""

    twist: Twist = honest
    token: str = "let-me-in"
    framing: Framing = field(default_factory=Framing)
    #: id -> open
    tickets: dict[str, bool] = field(default_factory=dict)
    asked: int = 0
    _lock: Lock = field(default_factory=Lock)

    def answer(self, request: Request) -> Reply:
        """What the request gets."""
        with self._lock:
            self.asked += 1
            return self.twist(self.asked, request, self._honest(request))

    def _honest(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _reply(401, {})
        if request.path == "/tickets":
            return self._open(request)
        ticket = request.path.removeprefix("/tickets/").removesuffix("/close")
        if ticket not in self.tickets:
            return _reply(404, {})
        if not self.tickets[ticket]:
            return _reply(409, {})
        self.tickets[ticket] = False
        return _reply(200, {"id": ticket})

    def _open(self, request: Request) -> Reply:
        try:
            asked = json.loads(request.body)
        except ValueError:
            return _reply(400, {})
        if not (isinstance(asked, dict) and isinstance(asked.get("title"), str)):
            return _reply(400, {})
        ticket = f"t{len(self.tickets) + 1}"
        self.tickets[ticket] = True
        return _reply(201, {"id": ticket})


def _reply(status: int, body: object) -> Reply:
    return Reply(status, json.dumps(body).encode())


def closes(request: Request) -> bool:
    """True for a request that closes a ticket."""
    return request.path.endswith("/close")


def answering(status: int, body: object = None) -> Reply:
    """An answer of that status."""
    return _reply(status, {} if body is None else body)
