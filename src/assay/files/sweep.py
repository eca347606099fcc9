"""The last look at files: those with a known secret in them, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assay.evidence.sweep import Sweep

_PIECE = 1 << 18


def swept(paths: Iterable[Path], sweep: Sweep) -> list[Path]:
    """The files in which a secret stands, of those that are there. Raises `OSError` for one that cannot be read."""
    return [path for path in paths if path.is_file() and sweep.finds_in(_pieces(path))]


def swept_contents(files: Mapping[str, bytes], sweep: Sweep) -> list[str]:
    """The names of those that hold a secret, before they are written."""
    return sorted(name for name, content in files.items() if sweep.finds_in(_cut(content)))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _cut(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
