"""Files that were made for people to keep: nothing of theirs is overwritten unless they say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.files.reports import write_whole


@dataclass(frozen=True, slots=True)
class Draft:
    """Files as they shall be below a folder, compared with what is there."""

    folder: Path
    #: text by path below the folder
    texts: Mapping[str, str]
    #: paths, in order: not there yet; there, and the same; there, and different
    new: tuple[str, ...]
    same: tuple[str, ...]
    different: tuple[str, ...]

    def write(self) -> None:
        """Writes what is new or different, each file whole. Raises `WriteError` of `files.reports`."""
        for path in (*self.new, *self.different):
            write_whole(self.folder / path, self.texts[path].encode("utf-8"))


def drafted(folder: str | Path, texts: Mapping[str, str]) -> Draft:
    """How those files compare with what is in `folder` now."""
    root = Path(folder)
    new: list[str] = []
    same: list[str] = []
    different: list[str] = []
    for path, text in texts.items():
        held = _held(root / path)
        (new if held is None else same if held == text.encode("utf-8") else different).append(path)
    return Draft(root, texts, tuple(new), tuple(same), tuple(different))


def _held(path: Path) -> bytes | None:
    """What is there; None for nothing. What cannot be read is different from anything."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return b"\0"
    except OSError:
        return b"\0"


def existing(folder: str | Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Which of those paths are taken."""
    return tuple(
        path for path in paths if (Path(folder) / path).exists() or (Path(folder) / path).is_symlink()
    )
