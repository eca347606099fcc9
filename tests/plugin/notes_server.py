"""A server of the notes API, by hand: honest, or wrong in a named way. It shares nothing with the mock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import uuid4

TOKEN = "note-token-51c7"


class _Handler(BaseHTTPRequestHandler):
    """`forgets`: a written note is not found. `mute`: no exemplified property. `dead-health`: 500."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fault = ""
    notes: dict[str, str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._known():
            return self._answer(401)
        try:
            asked = json.loads(body)
        except ValueError:
            asked = None
        if self.path != "/notes" or not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
            return self._answer(400)
        name = str(uuid4())
        self.notes[name] = asked["text"]
        return self._answer(201, {"id": name, "text": asked["text"]})

    def do_GET(self) -> None:
        if self.path == "/health":
            return self._answer(500 if self.fault == "dead-health" else 200)
        name = self.path.removeprefix("/notes/")
        if not self._known():
            return self._answer(401)
        if name not in self.notes or self.fault == "forgets":
            return self._answer(404)
        return self._answer(200, {"id": name} if self.fault == "mute" else {"id": name, "aloud": False})

    def _known(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _answer(self, status: int, body: object = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serving(fault: str = "") -> Iterator[str]:
    """The base URL of a server with that fault, for the length of a `with` block."""
    handler = type("Handler", (_Handler,), {"fault": fault, "notes": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
