"""An honest multi-sessions server that costs as little as it can, in a process of its own, for `benchmarks.speed`.

    with Honest(latency_ms=20) as server:
        …  # ask at server.url with the credential server.token
        server.seen()  # requests so far, and the seconds between the first and the last of them

It keeps what the documentation of the iPlayGames multi-sessions promises, and is written for it alone.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.servers import Fast, serve

TOKEN = "a-token-for-benchmarks"
_AUTH = f"bearer {TOKEN}".encode()
_SEEN = b"/seen"
_REQUIRED = ("player_id", "currency", "country_code", "ip_address")
#: what the documentation says may be answered, by the last segment of the path
DOCUMENTED = frozenset({"start 201", "start 400", "start 401", "status 200", "status 404", "end 200", "end 401",
                        "end 404"})  # fmt: skip
_REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}


@dataclass(frozen=True)
class Seen:
    """What the server has seen."""

    requests: int
    #: between the first request and the last one
    seconds: float
    #: `operation status` -> seconds from the first request to the first such answer
    first: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds if self.seconds else 0.0


class Honest(Fast):
    """The server as a subprocess; a context manager."""

    module = "benchmarks.honest"
    token = TOKEN

    def seen(self) -> Seen:
        """What came since it was asked last."""
        with urllib.request.urlopen(self.url + _SEEN.decode()) as answer:
            return Seen(**json.load(answer))


class Sessions:
    """The three operations, and a count of who asked."""

    #: what has to stand in the head of a request
    credential = _AUTH

    def __init__(self) -> None:
        self.sessions: dict[bytes, bool] = {}
        self.requests, self.first, self.last = 0, 0.0, 0.0
        self.answers: dict[str, float] = {}

    def reply(self, method: bytes, path: bytes, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Status and body."""
        status, value = self.answer(method, path, head, body)
        return status, json.dumps(value).encode()

    def answer(self, method: bytes, path: bytes, head: bytes, body: bytes) -> tuple[int, Any]:
        """Status and JSON value; what was asked is counted."""
        if path == _SEEN:
            seen = {"requests": self.requests, "seconds": self.last - self.first, "first": self.answers}
            self.requests, self.first, self.answers = 0, 0.0, {}
            return 200, seen
        self.requests += 1
        self.last = time.perf_counter()
        self.first = self.first or self.last
        status, value = self._asked(method, path, head, body)
        name = path.partition(b"?")[0].rpartition(b"/")[2].decode("latin-1")
        if f"{name} {status}" in DOCUMENTED:
            self.answers.setdefault(f"{name} {status}", self.last - self.first)
        return status, value

    def _asked(self, method: bytes, path: bytes, head: bytes, body: bytes) -> tuple[int, Any]:
        if _AUTH not in head:
            return 401, {"success": False, "message": "Unauthorized"}
        parts = path.partition(b"?")[0].split(b"/")
        if parts[:4] != [b"", b"api", b"v1", b"multi-sessions"]:
            return 404, {"success": False, "message": "Not found"}
        if method == b"POST" and parts[4:] == [b"start"]:
            return self._start(body)
        if len(parts) == 6 and parts[4] in self.sessions:
            if method == b"GET" and parts[5] == b"status":
                ended = self.sessions[parts[4]]
                data = {
                    "status": "ended" if ended else "active", "total_games": 1, "active_sessions": int(not ended),
                    "current_index": 0, "games": [{"position": 0, "game_name": "a game", "status": "ready"}],
                    "expires_at": "2027-01-01T00:00:00Z",
                }  # fmt: skip
                return 200, {"success": True, "data": data}
            if method == b"POST" and parts[5] == b"end":
                self.sessions[parts[4]] = True
                return 200, {"success": True, "message": "Multi-session ended successfully"}
        return 404, {"success": False, "message": "Multi-session not found"}

    def _start(self, body: bytes) -> tuple[int, Any]:
        try:
            sent = json.loads(body)
        except ValueError:
            sent = None
        if not (isinstance(sent, dict) and all(isinstance(sent.get(name), str) for name in _REQUIRED)
                and all(isinstance(sent.get(name), str | None) for name in ("locale", "device"))
                and isinstance(games := sent.get("game_ids", []), list)
                and all(type(game) in {str, int} for game in games)):  # fmt: skip
            return 400, {"success": False, "message": "Invalid request parameters"}
        name = f"{len(self.sessions):032x}"
        self.sessions[name.encode()] = False
        data = {
            "multi_session_id": name, "swipe_url": f"https://play.example.test/play/{name}", "total_games": 1,
            "games": [{"position": 0, "game_name": "a game", "game_image": "https://img.example.test/0.png"}],
            "expires_at": "2027-01-01T00:00:00Z",
        }  # fmt: skip
        return 201, {"success": True, "data": data}


def main() -> None:
    """Serves until the standard input ends."""
    sessions = Sessions()

    def respond(method: bytes, path: bytes, head: bytes, body: bytes) -> bytes:
        status, raw = sessions.reply(method, path, head, body)
        said = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(raw)}\r\n\r\n"
        )
        return said.encode() + (b"" if method == b"HEAD" else raw)

    serve(respond, "A fast and honest server for benchmarks.")


if __name__ == "__main__":
    main()
