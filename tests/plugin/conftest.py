"""Small projects, written as dicts of files, on which real pytest is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from notes_project import Project


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pytest processes of these tests keep what they compiled: it is seconds for each of them."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, compiled: Path) -> Project:
    """A project folder of its own, free of the settings of whoever runs these tests."""
    for name in (
        "TARGET",
        "PROFILE",
        "API",
        "SEED",
        "AUTH_ENV",
        "STRICT",
        "REPORTS",
        "CONTRACTS",
        "CORPUS",
        "HISTORY",
        "REPORT",
    ):
        monkeypatch.delenv(f"ASSAY_{name}", raising=False)
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "240")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(compiled))

    def written(*files: Mapping[str, str]) -> pytest.Pytester:
        pytester.makeini("[pytest]\nconsole_output_style = classic\n")
        for path, text in {k: v for some in files for k, v in some.items()}.items():
            place = pytester.path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(dedent(text).lstrip(), encoding="utf-8")
        return pytester

    return written
