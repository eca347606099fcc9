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


def _banner(project: Path, environment: dict[str, str], *words: str) -> str:
    """What `assay mock` says until it serves."""
    child = subprocess.Popen(
        [sys.executable, "-m", "assay", "mock", "--port", "0", *words],
        cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    said = ""
    for line in child.stdout:
        said += line
        if line.startswith("  curl "):
            break
    child.terminate()
    child.communicate(timeout=30)
    return said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Control and live page: http://127.0.0.1:"),
        (("--no-control",), "Control and live page: off, as you asked."),
        (("--host", "0.0.0.0"), "Control and live page: off, because others can reach 0.0.0.0."),
    ],
)
def test_it_says_where_it_can_be_steered(
    words: tuple[str, ...], told: str, project: Path, environment: dict[str, str]
) -> None:
    """The control endpoint is on for this machine alone, unless nobody wants it."""
    assert told in _banner(project, environment, *words)


def test_others_are_not_let_at_the_controls(project: Path, assay) -> None:
    """To ask for the control endpoint on an address that others can reach is a usage error."""
    said = assay("mock", "--control", "--host", "0.0.0.0", "--port", "0")
    assert said.code == 2
    assert "because anybody who reaches this address could use it" in said.err


def test_the_control_endpoint_stands_in_no_contract_s_way_unsaid(project: Path, assay) -> None:
    """A contract's own path below it is a start-up error that says what to do; without it, the path is served."""
    close = project / "contracts/tickets/close.yaml"
    close.write_text(close.read_text().replace("/tickets/{id}/close", "/__assay__/{id}/close"))
    said = assay("mock", "--port", "0")
    assert said.code == 2
    assert (
        "because closeTicket of tickets has a path below /__assay__ itself. Do give --no-control." in said.err
    )


def test_what_a_reader_would_not_expect_is_said(
    project: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """A path that begins with a parameter, and one that two APIs have."""
    shutil.copytree(project / "contracts/tickets", project / "contracts/zoo")
    close = project / "contracts/tickets/close.yaml"
    close.write_text(close.read_text().replace("/tickets/{id}/close", "/{id}/close"))
    told = _banner(project, environment)
    assert "Note: /__assay__/ is the control endpoint's, also for POST /{id}/close." in told
    assert "Note: POST /tickets is tickets's; zoo's is at /zoo/tickets." in told
    assert "control endpoint's" not in _banner(project, environment, "--no-control")


def test_two_wishes_about_pages_contradict(project: Path, assay) -> None:
    """No page, and a certain one: a usage error."""
    said = assay("mock", "--no-cors", "--cors-origin", "https://pages.example")
    assert said.code == 2
    assert "Cannot use --no-cors and --cors-origin together" in said.err
