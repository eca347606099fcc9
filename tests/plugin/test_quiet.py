"""Projects without contracts: the plugin is there, and nobody notices."""

from __future__ import annotations

import subprocess
import sys

import pytest
from notes_project import Project

HEAVY = (
    "hypothesis",
    "schemathesis",
    "requests",
    "yaml",
    "jinja2",
    "jsonschema_rs",
    "assay.app",
    "assay.model",
)
PLAIN = f"""
    import sys

    def test_plain():
        assert not [name for name in {HEAVY!r} if name in sys.modules]
"""


def test_a_plain_project_is_left_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing heavy is imported, nothing is printed, no folder is made."""
    folder = project({"test_plain.py": PLAIN})
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = folder.runpytest_subprocess("-p", "assay.pytest_plugin", timeout=60)
    result.assert_outcomes(passed=1)
    assert "clauses" not in result.stdout.str()
    assert not (folder.path / "reports").exists()


def test_loading_takes_no_time_worth_mentioning() -> None:
    """Loading the plugin takes less than 30 ms beyond pytest itself; the best of five, for busy machines."""
    code = (
        "import pytest, time; start = time.perf_counter(); import assay.pytest_plugin; "
        "print(time.perf_counter() - start)"
    )
    times = [float(subprocess.check_output([sys.executable, "-c", code], timeout=30)) for _ in range(5)]
    assert min(times) < 0.030
