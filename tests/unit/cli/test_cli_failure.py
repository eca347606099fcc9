"""Claims about what is said when something cannot be done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assay.app.errors import EnvironmentFailure, UsageError
from assay.cli import failure
from assay.cli.failure import tell, without_secrets


def test_a_wrong_command_has_a_near_name(assay) -> None:
    """A slip of the pen is met with the command that was probably meant."""
    assert assay("linr") == (
        2,
        "",
        "Usage: assay [OPTIONS] COMMAND [ARGS]...\n"
        "Try 'assay --help' for examples.\n"
        "\n"
        "Cannot run 'linr': because there is no such command. Did you mean 'lint'?\n"
        "fault: usage · exit code 2\n",
    )


def test_a_wrong_option_is_usage(assay) -> None:
    """Click's own complaints end in the same block and code."""
    said = assay("run", "--profile", "gat")
    assert said.code == 2
    assert said.err.endswith("fault: usage · exit code 2\n")


@pytest.mark.parametrize(
    ("error", "code", "fault"),
    [
        (UsageError("Cannot x: because y."), 2, "usage"),
        (EnvironmentFailure("Cannot x: because y."), 4, "the environment"),
        (OSError(28, "No space left on device", "log.jsonl"), 4, "the environment"),
        (KeyboardInterrupt(), 5, "nobody"),
        (ZeroDivisionError("by s3cret-value"), 4, "ours"),
    ],
)
def test_whose_fault(error: BaseException, code: int, fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Every failure ends with its exit code and says whose fault it is."""
    assert tell(error, {}) == code
    assert capfd.readouterr().err.endswith(f"fault: {fault} · exit code {code}\n")


def test_a_fault_of_ours_shows_no_value(capfd: pytest.CaptureFixture[str]) -> None:
    """An unexpected exception is named by type and place: its message may hold anything."""
    tell(ValueError("token abcdefgh refused"), {})
    said = capfd.readouterr().err
    assert "ValueError" in said
    assert "abcdefgh" not in said
    assert "Traceback" not in said


def test_debugging_shows_the_traceback_without_secrets(capfd: pytest.CaptureFixture[str]) -> None:
    """ASSAY_DEBUG=1 shows where it happened, and still no secret."""
    try:
        raise ValueError("token abcdefgh refused")  # noqa: TRY301 - a traceback is wanted
    except ValueError as error:
        tell(error, {"ASSAY_DEBUG": "1", "API_TOKEN": "abcdefgh"})
    said = capfd.readouterr().err
    assert "Traceback" in said
    assert "token $API_TOKEN refused" in said


def test_a_named_variable_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that --auth-env names is masked whatever it is called; others stay."""
    monkeypatch.setattr(failure.sys, "argv", ["assay", "run", "--auth-env", "MINE"])
    assert without_secrets("hunter22 /home/x", {"MINE": "hunter22", "HOME": "/home/x"}) == "$MINE /home/x"


def _assay(*words: str, cwd: Path, env: dict[str, str], **how: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "assay", *words], cwd=cwd, env=env, text=True, **how)


@pytest.mark.parametrize("words", [("plan",), ("--help",)])
def test_a_reader_may_leave(words: tuple[str, ...], project: Path, environment: dict[str, str]) -> None:
    """A pipe whose reader has gone changes neither the exit code nor standard error."""
    read, write = os.pipe()
    os.close(read)
    try:
        child = _assay(*words, cwd=project, env=environment, stdout=write, stderr=subprocess.PIPE)
        _, err = child.communicate(timeout=60)
    finally:
        os.close(write)
    assert (child.returncode, err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_the_environments_fault(project: Path, environment: dict[str, str]) -> None:
    """Output that cannot be written is told, with exit code 4."""
    with Path("/dev/full").open("w") as full:
        child = _assay("lint", cwd=project, env=environment, stdout=full, stderr=subprocess.PIPE)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 4
    assert "No space left on device" in err


def test_a_narrow_encoding_is_no_failure(project: Path, environment: dict[str, str]) -> None:
    """A terminal that knows only Latin-1 gets `?` for what it cannot show."""
    narrow = {**environment, "PYTHONIOENCODING": "latin-1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "latin-1"}
    child = _assay("plan", cwd=project, env=narrow, **pipes)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")
    assert "properties ? " in out


@pytest.mark.parametrize("words", [("--principal", "bob=HIS"), ("--principal=bob=HIS",)])
def test_what_a_principal_is_named_with_is_a_secret(monkeypatch, words: tuple[str, ...]) -> None:
    """The variable that --principal names is masked too, whatever it is called and however the option is written."""
    monkeypatch.setattr(failure.sys, "argv", ["assay", "run", *words])
    shown = failure.without_secrets(
        "bob sent lemonade-stand", {"HIS": "lemonade-stand", "OTHER": "unrelated"}
    )
    assert shown == "bob sent $HIS"
