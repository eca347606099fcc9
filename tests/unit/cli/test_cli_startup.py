"""Claims about how quickly the command line is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assay.cli.group import COMMANDS

HEAVY = {
    "schemathesis",
    "hypothesis",
    "pytest",
    "requests",
    "jinja2",
    "rich",
    "uvicorn",
    "jsonschema_rs",
    "yaml",
    "cel",
    "sqlalchemy",
    "alembic",
    "sqlite3",
}
_PROBE = """
import sys
from assay.__main__ import main
try:
    main(sys.argv[1:])
finally:
    print("\\n" + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def _loaded(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *words], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_probe_sees_what_is_loaded() -> None:
    """The check below could fail: a command that reads contracts does load YAML."""
    assert "yaml" in _loaded("lint", "no-such-folder")


@pytest.mark.parametrize("words", [("--version",), ("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    """Neither engines, servers, templates nor parsers are imported to show help."""
    assert not _loaded(*words) & HEAVY
