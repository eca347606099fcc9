"""What all tests of the harness share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds what another one kept, and none leaves anything in the project."""
    monkeypatch.setenv("ASSAY_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.delenv("ASSAY_HISTORY", raising=False)
