"""What is imported: a file, a folder of files that refer to each other, or standard input. Nothing outside is read."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: bytes of one document
LARGEST: Final = 64 * 1024 * 1024
#: documents looked at in a folder, to find the one that is meant
_MOST_FILES: Final = 5_000
STDIN: Final = "-"

_ENDINGS: Final = (".yaml", ".yml", ".json")
#: pages of documentation
_PAGES: Final = (".md", ".markdown")
#: characters of all pages of a folder
_MOST_TEXT: Final = 64 * 1024 * 1024


class SourceError(Exception):
    """A source that cannot be read. The text follows «Cannot X: because Y. Do Z.»"""


@dataclass(frozen=True, slots=True)
class Source:
    """One document, and the folder that its references stay in."""

    text: str
    #: its path in that folder, with `/`; empty for standard input
    file: str
    #: the text of another file of the folder, by its path in there; raises `SourceError`, whose text follows «because»
    read: Callable[[str], str]
    #: every document of the folder, where a folder was named
    others: tuple[str, ...] = ()


def read_source(path: str) -> Source:
    """The document at `path`; for a folder, its files only. Raises `SourceError`."""
    if path == STDIN:
        return Source(_decoded(sys.stdin.buffer.read(LARGEST + 1), "standard input"), "", _nothing)
    place = Path(path)
    try:
        mode = place.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            f"Cannot import {path}: because it cannot be read ({reason}). Name a file, a folder or -."
        ) from error
    if stat.S_ISDIR(mode):
        return Source("", "", _reader(place), tuple(_documents(place)))
    try:
        return Source(_text(place), place.name, _reader(place.parent))
    except OSError as error:
        raise SourceError(
            f"Cannot import {path}: because {error.strerror or 'it cannot be read'}. Let it be read."
        ) from error


def _nothing(file: str) -> str:
    raise SourceError(f"standard input has no folder with {file}")


def pages_of(path: str) -> dict[str, str]:
    """The Markdown pages of that folder by their paths in it. Raises `SourceError`."""
    folder = Path(path)
    read = _reader(folder)
    made: dict[str, str] = {}
    total = 0
    for file in _documents(folder, _PAGES):
        if "node_modules/" in file:  # what an SDK is made with is documented by others
            continue
        try:
            made[file] = read(file)
        except SourceError:  # a link that leads elsewhere, a text in another encoding: not one of them
            continue
        total += len(made[file])
        if total > _MOST_TEXT:
            raise SourceError(
                f"Cannot import {path}: because its pages come to more than {_MOST_TEXT // 1024 // 1024} MiB. Name "
                "the folder of one API."
            )
    return made


def _documents(folder: Path, endings: tuple[str, ...] = _ENDINGS) -> Iterator[str]:
    """The files of a folder that could be documents, by name, those at the top first."""
    found: list[str] = []
    for here, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        found.extend(
            (Path(here) / name).relative_to(folder).as_posix()
            for name in files
            if name.lower().endswith(endings) and not name.startswith(".")
        )
        if len(found) > _MOST_FILES:
            raise SourceError(
                f"Cannot import {folder}: because it holds more than {_MOST_FILES} documents. Name the one."
            )
    yield from sorted(found, key=lambda file: (file.count("/"), file))


def _reader(folder: Path) -> Callable[[str], str]:
    inside = Path(os.path.realpath(folder))

    def read(file: str) -> str:
        real = Path(os.path.realpath(folder / file))
        if not real.is_relative_to(inside):
            raise SourceError("it leaves the folder of the document")
        try:
            if not stat.S_ISREG(real.stat().st_mode):
                raise SourceError(f"{file} is no file")
            return _text(real)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name is none"
            raise SourceError(f"{file} cannot be read ({reason})") from error

    return read


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        return _decoded(stream.read(LARGEST + 1), path.name)


def _decoded(data: bytes, name: str) -> str:
    if len(data) > LARGEST:
        raise SourceError(
            f"Cannot import {name}: because it is larger than {LARGEST // 1024 // 1024} MiB. Cut it."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"Cannot import {name}: because it is not UTF-8 (byte 0x{data[error.start]:02x}). Save it as UTF-8."
        ) from error
