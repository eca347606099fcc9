"""The examples about real programs, without these: contracts, targets and waivers fit, and the mock keeps them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from examples.real import FOLDER, NAMES, program_of

import assay

SOURCE = str(Path(assay.__file__).parents[1])


def assay_in(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a user gives it, in the folder of the example."""
    command = [sys.executable, "-m", "assay", *arguments]
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    return subprocess.run(
        command, cwd=FOLDER / name, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_the_contracts(name: str) -> None:
    """No error, no warning, no advice that nobody decided about."""
    linted = assay_in(name, "lint", "--strict")
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("name", NAMES)
def test_the_mock_keeps_them(name: str, tmp_path: Path) -> None:
    """Also what the real program does not: waivers are for that, and hide nothing of the mock."""
    run = assay_in(
        name, "run", "--seed", "3", "-q", "--no-corpus", "--history", "off", "--reports", str(tmp_path)
    )
    assert run.returncode == 0, run.stdout + run.stderr
    report = json.loads((tmp_path / "latest/report.json").read_text("utf-8"))
    assert report["summary"]["violated"] == 0
    assert report["summary"]["verified"] > 50


@pytest.mark.parametrize("name", NAMES)
def test_the_target_is_the_program_on_loopback(name: str, tmp_path: Path) -> None:
    """Where the program listens and where the run goes are written in two places, and are one."""
    targets = tomllib.loads((FOLDER / name / "assay.toml").read_text("utf-8"))["targets"]
    program = program_of(name, tmp_path)
    assert targets[name]["url"].startswith(program.url)
    assert urlsplit(program.url).hostname == "127.0.0.1"
    planned = assay_in(name, "plan", "--target", name)
    assert planned.returncode == 0, planned.stdout + planned.stderr
    assert f"Target {name} ({program.url}" in planned.stdout


@pytest.mark.parametrize("name", NAMES)
def test_each_start_has_credentials_of_its_own(name: str, tmp_path: Path) -> None:
    """Nobody else on the machine knows them."""
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        home.mkdir()
    one, two = (program_of(name, home).environment for home in homes)
    assert one.keys() == two.keys()
    assert all(one[key] != two[key] for key in one)
