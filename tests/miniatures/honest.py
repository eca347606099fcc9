"""The honest server: both APIs by hand, under any `Readings`.

It shares nothing with the package's own mock, on purpose. Each answer is one small method, so that a wrong
server is the honest one with one method replaced.
"""

from __future__ import annotations

import json
import math
import secrets
import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from miniatures.multi_sessions import MultiSessions
from miniatures.readings import Readings
from miniatures.session_passes import SessionPasses
from miniatures.wire import Reply, Request

#: stands for a body that is not there, or is not JSON
NO_BODY, NOT_JSON = object(), object()


class Honest(MultiSessions, SessionPasses):
    """Keeps every documented promise of iPlayGames multi-sessions and Equos session passes."""

    def __init__(self, token: str, readings: Readings | None = None) -> None:
        super().__init__()
        self.token = token
        self.readings = readings or Readings()
        self.framing = self.readings.framing
        self._lock = threading.RLock()
        self._issued = 1000

    def answer(self, request: Request) -> Reply:
        """Answer; one request at a time, so that concurrent ones happen in some order."""
        with self._lock:
            reply = self._route(request)
        if self.readings.echo_authorization and reply.status != 204:
            echoed = request.headers.get("authorization", "none")
            reply = replace(reply, headers=(*reply.headers, ("X-Authorization-Was", echoed)))
        return reply

    def _route(self, request: Request) -> Reply:
        parts = [unquote(part, errors="replace") for part in request.path.split("/")[1:]]
        method = "GET" if request.method == "HEAD" else request.method
        match parts:
            case ["api", "v1", "multi-sessions", "start"]:
                return self.multi_start(request) if method == "POST" else self._only("POST")
            case ["api", "v1", "multi-sessions", token, "status"] if token:
                return self.multi_status(request, token) if method == "GET" else self._only("GET, HEAD")
            case ["api", "v1", "multi-sessions", token, "end"] if token:
                return self.multi_end(request, token) if method == "POST" else self._only("POST")
            case ["v3", "session-passes"]:
                return self.pass_start(request) if method == "POST" else self._only("POST")
            case ["v3", "session-passes", session_id, "stop"] if session_id:
                return self.pass_stop(request, session_id) if method == "PATCH" else self._only("PATCH")
            case _:
                return self.json(404, {"message": "Not Found"})

    def _only(self, methods: str) -> Reply:
        return replace(self.json(405, {"message": "Method Not Allowed"}), headers=(("Allow", methods),))

    # What both APIs need

    def authorized(self, request: Request) -> bool:
        """Tell whether the bearer token is the right one (the scheme's case is free, RFC 9110 §11.1)."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and credentials.strip() == self.token

    def new_id(self) -> str:
        """Issue an id that was never issued before."""
        self._issued += 1
        if self.readings.ids == "counter":
            return str(self._issued)
        return (
            f"s{self._issued}-{secrets.token_hex(3)}" if self.readings.ids == "opaque" else str(uuid.uuid4())
        )

    def is_id(self, text: str) -> bool:
        """Tell whether this is in the form of the ids issued here."""
        match self.readings.ids:
            case "counter":
                return text.isascii() and text.isdigit()
            case "opaque":
                return text.isascii() and text.replace("-", "").isalnum()
        try:
            return str(uuid.UUID(text)) == text.lower()
        except ValueError:
            return False

    def time(self, moment: datetime) -> str:
        """Spell a point in time (RFC 3339)."""
        if self.readings.times == "Z":
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return moment.astimezone(UTC).isoformat(timespec="microseconds")

    def json(self, status: int, document: Any) -> Reply:
        """Reply with a JSON document."""
        if self.readings.extra_fields and isinstance(document, dict):
            document = document | {"request_id": secrets.token_hex(8), "_links": []}
        return Reply(status, json.dumps(document, allow_nan=False).encode())

    def document(self, request: Request) -> Any:
        """Read the request's body: its JSON value, `NO_BODY` or `NOT_JSON`."""
        if not request.body:
            return NO_BODY
        try:
            return json.loads(request.body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError):
            return NOT_JSON


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number
