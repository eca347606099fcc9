"""Claims about how real programs are started and stopped."""

from __future__ import annotations

import socket
import sys
import urllib.request
from pathlib import Path

import pytest
from examples import real
from examples.real import CannotRun, Program, running


def free() -> int:
    """A port that nobody listens at."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


def serving(port: int, *options: str) -> Program:
    """A program that answers."""
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", *options, str(port)]
    return Program(command, f"http://127.0.0.1:{port}", "pip install it", {"ITS_TOKEN": "t"})


def test_it_answers_inside_and_is_gone_afterwards(tmp_path: Path) -> None:
    """In a folder of its own, with its environment, and with what it says in a file."""
    program = serving(free())
    with running(program, tmp_path) as environment:
        assert environment["ITS_TOKEN"] == "t"
        with urllib.request.urlopen(program.url) as answer:
            assert b"program.log" in answer.read()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(program.url)


def test_what_is_not_installed_is_named(tmp_path: Path) -> None:
    """With how it is installed."""
    program = Program(["no-such-program-1"], "http://127.0.0.1:1", "apt-get install no-such-program")
    with pytest.raises(CannotRun, match=r"because no-such-program-1 is not installed\. Do `apt-get install"):
        running(program, tmp_path).__enter__()


def test_what_is_not_installed_fails_unless_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said in both cases."""
    missing = Program(["no-such-program-1"], "http://127.0.0.1:1", "apt-get install no-such-program")
    monkeypatch.setattr(real, "program_of", lambda _name, _home: missing)
    monkeypatch.setattr(real, "alone", lambda _arguments: None)
    assert real.main(["jupyter"]) == 4
    assert "Cannot run jupyter: because no-such-program-1 is not installed" in capsys.readouterr().err
    assert real.main(["--if-installed", "jupyter"]) == 0
    assert "Not tried: because no-such-program-1 is not installed" in capsys.readouterr().err


def test_somebody_elses_port_is_left_alone(tmp_path: Path) -> None:
    """A run would test whatever listens there."""
    port = free()
    with (
        running(serving(port), tmp_path),
        pytest.raises(CannotRun, match=r"something listens at 127\.0\.0\.1"),
    ):
        running(serving(port), tmp_path).__enter__()


def test_what_ends_at_once_is_quoted(tmp_path: Path) -> None:
    """The last lines that it said, and how it ended."""
    with pytest.raises(CannotRun, match=r"ended with 2. It said last:\n(.*\n)*.*--no-such-option"):
        running(serving(free(), "--no-such-option"), tmp_path).__enter__()


def test_what_is_no_example_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the names there are."""
    assert real.main(["nothing"]) == 2
    assert "jupyter" in capsys.readouterr().err
