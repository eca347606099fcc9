"""A studio: avatars, passes that need one that is ready, notes that need a pass. Shares nothing with the harness."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

TOKENS = ("studio-token-31c9", "other-token-77aa")
Answer = tuple[int, object]


class Studio:
    """The honest one. `answer` is all of it; a fault overrides one of the methods that it calls."""

    def __init__(self) -> None:
        self.avatars: dict[str, str] = {}
        #: pass -> its avatar and state
        self.passes: dict[str, list[str]] = {}
        #: note -> its pass and text
        self.notes: dict[str, tuple[str, str]] = {}
        #: method and path of every request, and who asked
        self.asked: list[tuple[str, str, str]] = []
        self.lock = threading.Lock()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Status and JSON value (None: no body)."""
        parts = urlsplit(target)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        with self.lock:
            self.asked.append((method, parts.path, token))
            if scheme != "Bearer" or token not in TOKENS:
                return 401, {"error": "who are you?"}
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            return self.route(method, parts.path.strip("/").split("/"), query, headers, body)

    def route(
        self, method: str, path: list[str], query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> Answer:
        """Which of the others answers."""
        match (method, *path):
            case ("POST", "avatars"):
                return self.create_avatar(_json(body))
            case ("POST", "avatars", avatar, "publish"):
                return self.publish(avatar)
            case ("DELETE", "avatars", avatar):
                return self.delete_avatar(avatar)
            case ("POST", "passes"):
                return self.start(_json(body))
            case ("GET", "passes", name):
                return self.get(name, query.get("avatar"), headers.get("x-avatar"))
            case ("POST", "avatars", avatar, "passes", name, "stop"):
                return self.stop(avatar, name)
            case ("POST", "passes", name, "notes"):
                return self.add_note(name, _json(body))
            case ("GET", "passes", name, "notes", note):
                return self.get_note(name, note)
        return 404, {"error": "no such route"}

    def create_avatar(self, sent: object) -> Answer:
        if not isinstance(sent, dict) or not _short(sent.get("name")):
            return 422, {"error": "a name is missing"}
        name = f"av-{uuid4()}"
        self.avatars[name] = "draft"
        return 201, {"id": name, "state": "draft"}

    def publish(self, avatar: str) -> Answer:
        if avatar not in self.avatars:
            return 404, {"error": "no such avatar"}
        self.avatars[avatar] = "ready"
        return 200, {"id": avatar, "state": "ready"}

    def delete_avatar(self, avatar: str) -> Answer:
        if self.avatars.pop(avatar, None) is None:
            return 404, {"error": "no such avatar"}
        return 204, None

    def start(self, sent: object) -> Answer:
        if not isinstance(sent, dict) or not isinstance(sent.get("avatar"), dict):
            return 422, {"error": "an avatar is missing"}
        if "label" in sent and not _short(sent["label"]):
            return 422, {"error": "a label has 1 to 40 characters"}
        avatar = sent["avatar"].get("id")
        if not isinstance(avatar, str) or self.avatars.get(avatar) != "ready":
            return 422, {"error": "no such avatar, or not ready"}
        name = f"ps-{uuid4()}"
        self.passes[name] = [avatar, "running"]
        return 201, self.shown(name)

    def get(self, name: str, avatar: str | None, header: str | None) -> Answer:
        if name not in self.passes:
            return 404, {"error": "no such pass"}
        if avatar is None or header is None:
            return 422, {"error": "name its avatar twice"}
        if {avatar, header} != {self.passes[name][0]}:
            return 404, {"error": "not of that avatar"}
        return 200, self.shown(name)

    def stop(self, avatar: str, name: str) -> Answer:
        if self.passes.get(name, [""])[0] != avatar:
            return 404, {"error": "no such pass of that avatar"}
        if self.passes[name][1] == "stopped":
            return 409, {"error": "it is over"}
        self.passes[name][1] = "stopped"
        return 200, self.shown(name)

    def add_note(self, name: str, sent: object) -> Answer:
        if name not in self.passes:
            return 404, {"error": "no such pass"}
        if not isinstance(sent, dict) or not _short(sent.get("text")):
            return 422, {"error": "a text is missing"}
        note = f"nt-{uuid4()}"
        self.notes[note] = (name, sent["text"])
        return 201, {"id": note, "text": sent["text"]}

    def get_note(self, name: str, note: str) -> Answer:
        if self.notes.get(note, ("", ""))[0] != name:
            return 404, {"error": "no such note on that pass"}
        return 200, {"id": note, "text": self.notes[note][1]}

    def shown(self, name: str) -> dict[str, str]:
        avatar, state = self.passes[name]
        return {"id": name, "avatar": avatar, "state": state}

    @property
    def running(self) -> list[str]:
        """The passes that nobody stopped."""
        return [name for name, (_, state) in self.passes.items() if state == "running"]


@contextlib.contextmanager
def serving(studio: Studio, port: int = 0) -> Iterator[str]:
    """Serves on loopback for the length of a `with` block; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, value = studio.answer(self.command, self.path, headers, body)
            raw = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            if raw:
                self.send_header("Content-Type", "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _short(text: object) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= 40
