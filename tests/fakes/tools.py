"""Other people's command-line tools, where they are installed.

`ASSAY_TEST_TOOLS` names a folder in which `npm install @redocly/cli @stoplight/spectral-cli newman` was run; without
it, and for what is not there, the search path is looked at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

#: seconds that a tool may take: some load a great deal before they do anything
_PATIENCE = 300


def find(name: str) -> str:
    """The path of that tool. Skips the test where there is none."""
    folder = os.environ.get("ASSAY_TEST_TOOLS", "")
    found = shutil.which(name, path=str(Path(folder) / "node_modules" / ".bin")) if folder else None
    found = found or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed, and ASSAY_TEST_TOOLS names no folder that has it")
    return found


def run(name: str, *arguments: str, cwd: Path, environ: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Its exit code and all that it said. It may talk to this machine only, and tells nobody that it ran."""
    quiet = {
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        "NO_COLOR": "1",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    told = subprocess.run(
        [find(name), *arguments],
        cwd=cwd, env={**os.environ, **quiet, **(environ or {})}, capture_output=True, text=True, timeout=_PATIENCE,
        check=False,
    )  # fmt: skip
    return told.returncode, told.stdout + told.stderr
