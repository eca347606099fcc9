"""`curl`: what it prints is one line that sends the same request when pasted into a POSIX shell."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assay.evidence.curl import BODY_LIMIT, curl
from assay.evidence.marks import TOKEN, mark

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


class _Recorder(BaseHTTPRequestHandler):
    """Remembers requests; answers nothing worth reading."""

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = _any  # noqa: N815 - the names the library asks for

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    """A server on the loopback that remembers what it was sent."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
    made.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join(5)
    made.server_close()


def _paste(server: ThreadingHTTPServer, method: str, path: str, headers: list, body: str | bytes | None):
    url = f"http://127.0.0.1:{server.server_port}{path}"
    line = curl(method, url, headers, body)
    assert "\n" not in line
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "TOKEN": 'it\'s $HOME "x"', "no_proxy": "*"}
    subprocess.run(["sh", "-c", line], check=True, capture_output=True, timeout=20, env=environment)
    return server.seen.pop()  # type: ignore[attr-defined]


@needs_curl
@pytest.mark.parametrize(
    "body",
    [
        '{"x":"it\'s $HOME `id` \\\\ \\n"}',
        "@/etc/hostname",
        "-n 100%s %d\nsecond line\r\n\ttab",
        b"\x00\xff'\\%7\x011",
        "",
        "ünïcode 🙂",
    ],
)
def test_the_body_arrives_as_it_was(server: ThreadingHTTPServer, body: str | bytes) -> None:
    """Quotes, `@`, percent signs, line breaks, NUL and high bytes survive the shell."""
    raw = body if isinstance(body, bytes) else body.encode()
    assert _paste(server, "POST", "/x", [("Content-Type", "application/json")], body)[3] == raw


@needs_curl
def test_a_secret_comes_from_the_environment(server: ThreadingHTTPServer) -> None:
    """`"$TOKEN"` is expanded in headers and in printed bodies, and by nothing else."""
    headers = [("Authorization", f"Bearer {mark(TOKEN)}")]
    _, _, sent, body = _paste(server, "POST", "/x", headers, f"a\n{mark(TOKEN)}$TOKEN")
    assert sent["Authorization"] == 'Bearer it\'s $HOME "x"'
    assert body == b'a\nit\'s $HOME "x"$TOKEN'


@needs_curl
def test_the_target_is_not_tidied(server: ThreadingHTTPServer) -> None:
    """Dots, brackets and braces in a URL mean something to curl unless it is told not to."""
    method, path, _, _ = _paste(server, "DELETE", "/a/../b/./{c}?x=[1-3]&y='", [], None)
    assert (method, path) == ("DELETE", "/a/../b/./{c}?x=[1-3]&y='")


@needs_curl
def test_headers_are_the_ones_given(server: ThreadingHTTPServer) -> None:
    """No content type is made up for a body, and an empty header is sent as such."""
    _, _, sent, _ = _paste(server, "PATCH", "/x", [("X-Empty", ""), ("X-Odd", "a;b 'c'")], "{}")
    assert "Content-Type" not in sent
    assert (sent["X-Empty"], sent["X-Odd"]) == ("", "a;b 'c'")


@needs_curl
def test_head_does_not_wait_for_a_body(server: ThreadingHTTPServer) -> None:
    """`-X HEAD` would hang."""
    assert _paste(server, "HEAD", "/x", [], None)[0] == "HEAD"


def test_a_body_that_fits_no_line_is_a_file() -> None:
    """Linux refuses arguments of 128 KiB."""
    line = curl("POST", "https://h/", [("Content-Type", "text/plain")], "x" * (BODY_LIMIT + 1))
    assert "--data-binary @body.bin" in line
    assert len(line) < 200
