"""Claims about `assay mock`."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from assay.app.load import load
from assay.app.mock import offer
from assay.mock.engine import Engine
from assay.serve.http import serve


def test_the_offer(project: Path) -> None:
    """Routes, a line to try, and which tokens are accepted."""
    made = offer(load("contracts", date(2026, 1, 1)), "http://127.0.0.1:8000", None)
    assert [(r.method, r.path, r.operation, r.secured) for r in made.routes] == [
        ("POST", "/tickets", "openTicket", True),
        ("POST", "/tickets/{id}/close", "closeTicket", True),
    ]
    assert made.token_rule == "any token is accepted but one that begins with 'invalid', which gets 401"
    assert made.example == (
        "curl -i -X POST -H 'Content-Type: application/json' -H 'Authorization: Bearer any-token' "
        """--data-raw '{"title":"Leaking tap"}' http://127.0.0.1:8000/tickets"""
    )


def test_the_line_to_try_never_shows_the_token(project: Path) -> None:
    """Where one token is accepted, the reader's shell puts it in."""
    made = offer(load("contracts", date(2026, 1, 1)), "http://127.0.0.1:8000", "API_TOKEN")
    assert """-H 'Authorization: Bearer '"$API_TOKEN" """ in made.example
    assert made.token_rule == "the token in $API_TOKEN is accepted, any other gets 401"


@pytest.mark.parametrize(
    ("value", "why"), [(None, "is not set"), ("", "is empty"), (" a", "has spaces around it")]
)
def test_a_token_that_cannot_be(
    value: str | None, why: str, project: Path, assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token variable that would lock everybody out is refused before serving."""
    monkeypatch.delenv("API_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("API_TOKEN", value)
    said = assay("mock", "--token-env", "API_TOKEN")
    assert said.code == 2
    assert f"because that variable {why}." in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_it_serves_what_it_says_and_stops_when_told(project: Path, environment: dict[str, str]) -> None:
    """The banner's own curl line works as it stands; Ctrl-C stops the server with exit code 0."""
    child = subprocess.Popen(
        [sys.executable, "-m", "assay", "mock", "--port", "0"],
        cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    lines = []
    for line in child.stdout:
        lines.append(line)
        if line.startswith("  curl "):
            break
    if shutil.which("curl"):
        tried = subprocess.run(
            ["/bin/sh", "-c", lines[-1]], capture_output=True, text=True, timeout=30, check=True
        )
        assert tried.stdout.startswith("HTTP/1.1 201 ")
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, "Stopped.\n")
    assert lines[0].startswith("Mock on http://127.0.0.1:")


def test_a_taken_port_is_the_environments_fault(
    project: Path, assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port somebody else listens on is told, with exit code 4."""
    with serve(Engine(load("contracts", date(2026, 1, 1)))) as server:
        said = assay("mock", "--port", server.url.rpartition(":")[2])
    assert said.code == 4
    assert "because the port is taken" in said.err
