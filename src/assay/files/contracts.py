"""A contracts folder as texts by path: what lies in it, and nothing from outside."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assay.contractfile.compose import LARGEST_FILE
from assay.model.problem import Place, Problem

#: files in one contracts folder
MOST_FILES: Final = 20_000

_SUFFIXES: Final = (".yaml", ".yml")


# not frozen: the interpreter and contextlib set __traceback__ on exceptions
@dataclass(unsafe_hash=True)
class TreeError(Exception):
    """A contracts folder that cannot be read in full: its author's or the environment's fault."""

    #: everything that is wrong, sorted by place
    problems: tuple[Problem, ...]
    #: what could be read all the same, so that its problems can be told too
    texts: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)

    def __str__(self) -> str:
        return "\n".join(f"{problem.place}: {problem.message} {problem.fix}" for problem in self.problems)


def read_tree(path: str | Path) -> Mapping[str, str]:
    """The text of every `*.yaml` and `*.yml` below that folder, by path as the user would type it.

    Hidden files and folders (`.git`) are passed over. Raises `TreeError` with all problems at once: no such
    folder, a link that leaves it, a file over 1 MiB, not UTF-8, or not to be opened.
    """
    root = Path(path)
    wrong = _no_folder(root)
    if wrong is not None:
        raise TreeError((wrong,))
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    inside = Path(os.path.realpath(root))
    for found in _yaml_below(_spoken(root), problems):
        if len(texts) + len(problems) >= MOST_FILES:
            message = f"Cannot read this folder: because it holds more than {MOST_FILES} contract files."
            problems.append(_problem(root, "too-many-files", message, "Name the folder of one api."))
            break
        text = _text(found, inside)
        if isinstance(text, Problem):
            problems.append(text)
        else:
            texts[found.as_posix()] = text
    if problems:
        raise TreeError(tuple(sorted(problems)), texts)
    return texts


def _no_folder(root: Path) -> Problem | None:
    try:
        mode = root.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"Cannot read the contracts in {root}: because there is no such folder ({reason})."
        return _problem(
            root, "no-such-folder", message, "Name the folder that holds the apis, e.g. contracts/."
        )
    if stat.S_ISDIR(mode):
        return None
    home = root.parent.parent if root.parent.name == "lifecycles" else root.parent
    message = f"Cannot read contracts from {root}: because it is a single file, not a folder."
    return _problem(root, "not-a-folder", message, f"Name its api's folder: {home.as_posix()}")


def _spoken(root: Path) -> Path:
    """The folder by a path that ends in its name, for an api is named so: `.` becomes `../name`."""
    if root.name and root.name != "..":
        return root
    if not any((root / f"api{suffix}").exists() for suffix in _SUFFIXES):
        return root
    name = Path(os.path.realpath(root)).name
    return root / ".." / name if name else root


def _yaml_below(root: Path, problems: list[Problem]) -> Iterator[Path]:
    """YAML files, folder by folder, by name. Links to folders are told, never followed."""

    def note(error: OSError) -> None:
        at = Path(error.filename or root)
        reason = error.strerror or "it cannot be opened"
        message = f"Cannot look into this folder: because {reason}."
        problems.append(_problem(at, "unreadable-file", message, "Let its files be read."))

    for folder, names, files in os.walk(root, onerror=note):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in list(names):
            if (Path(folder) / name).is_symlink():
                names.remove(name)
                message = "Cannot follow this link: because it leads to a folder."
                problems.append(
                    _problem(Path(folder) / name, "link-to-folder", message, "Copy the folder here.")
                )
        for name in sorted(files):
            if name.lower().endswith(_SUFFIXES) and not name.startswith("."):
                yield Path(folder) / name


def _text(path: Path, inside: Path) -> str | Problem:
    """The file's text, or why it is none."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(inside):
        message = "Cannot read this file: because it is a link that leads out of the contracts folder."
        return _problem(
            path, "link-leaves-folder", message, "Copy the file here: the folder is to be complete."
        )
    try:
        if not stat.S_ISREG(real.stat().st_mode):
            message = "Cannot read this file: because it is no ordinary file."
            return _problem(path, "unreadable-file", message, "Delete it, or rename it.")
        with real.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        message = f"Cannot read this file: because {error.strerror or 'it cannot be opened'}."
        return _problem(path, "unreadable-file", message, "Let it be read, or delete it.")
    if len(data) > LARGEST_FILE:
        message = "Cannot read this file: because it is larger than 1 MiB."
        return _problem(path, "file-too-large", message, "Split it.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"Cannot read this file: because it is not UTF-8 (byte 0x{data[error.start]:02x})."
        place = Place(path.as_posix(), line, column)
        return Problem(place, "not-utf-8", message, "Save it as UTF-8.")


def _problem(path: Path, rule: str, message: str, fix: str) -> Problem:
    return Problem(Place(path.as_posix()), rule, message, fix)
