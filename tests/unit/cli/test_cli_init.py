"""Claims about `assay init`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from unit.cli.test_cli_import import DOCUMENT


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the place where one is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_DEBUG", raising=False)
    return tmp_path


def suites(folder: Path, environment: dict[str, str]) -> str:
    """What `pytest suites` says there."""
    command = [sys.executable, "-m", "pytest", "suites", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_run_in_an_empty_folder_passes(empty: Path, assay, environment: dict[str, str]) -> None:
    """The example lints without a warning; the run verifies every clause, and so does pytest."""
    said = assay("init")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-2:] == [
        ".: contracts/tasks with 3 operations, 1 lifecycle", "Now: assay run, or pytest suites",
    ]  # fmt: skip
    assert "0 errors, 0 warnings" in assay("lint").out
    run = assay("run")
    assert run.code == 0
    assert "conforms: 61 verified" in run.out
    assert "61 passed" in suites(empty, environment)


def test_what_a_project_has(empty: Path, assay) -> None:
    """Contracts with the schemas that editors complete from, suites, tox.ini, settings, a job; reports/ is ignored."""
    assay("init", "--ci", "github", "--ci", "gitlab")
    found = {path.relative_to(empty).as_posix() for path in empty.rglob("*") if path.is_file()}
    assert found >= {
        "contracts/tasks/api.yaml", "contracts/contract.schema.json", "suites/test_smoke.py", "conftest.py", "tox.ini",
        "assay.toml", ".gitignore", ".github/workflows/contracts.yml", ".gitlab-ci.yml",
    }  # fmt: skip
    assert "reports/" in (empty / ".gitignore").read_text(encoding="utf-8").splitlines()
    for job in (".github/workflows/contracts.yml", ".gitlab-ci.yml"):
        assert "assay run" in str(yaml.safe_load((empty / job).read_text(encoding="utf-8")))
    assert "Cannot" not in assay("run", "--target", "nowhere").out


def test_a_project_of_a_document(empty: Path, assay, environment: dict[str, str]) -> None:
    """Contracts are imported; the first run and the first pytest pass all the same."""
    (empty / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")
    said = assay("init", "shop", "--from", "openapi.yaml", "--api", "mine", "--ci", "none")
    assert said.code == 0
    assert "contracts/mine with 3 operations" in said.out
    assert "about openapi.yaml: `assay import" in said.out
    assert not (empty / "shop" / ".github").exists()
    assert assay("run", "shop/contracts").code == 0
    assert "passed" in suites(empty / "shop", environment)


def test_what_would_be_overwritten_is_named(empty: Path, assay) -> None:
    """Nothing is written then; other files are none of its business, and a second init changes nothing."""
    (empty / "notes.txt").write_text("mine", encoding="utf-8")
    (empty / "tox.ini").write_text("mine", encoding="utf-8")
    said = assay("init")
    assert said.code == 2
    assert "Cannot begin a project in .: because tox.ini would be overwritten." in said.err
    assert sorted(path.name for path in empty.iterdir()) == ["notes.txt", "tox.ini"]
    (empty / "tox.ini").unlink()
    assert assay("init").code == 0
    again = assay("init")
    assert again.code == 0
    assert "new" not in again.out
    assert (empty / "notes.txt").read_text(encoding="utf-8") == "mine"
