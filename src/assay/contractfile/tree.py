"""Which file is what, by where it lies in the contracts folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from assay.model.problem import Place, Problem

_API: Final = ("api.yaml", "api.yml")
_WAIVERS: Final = ("waivers.yaml", "waivers.yml")
_LIFECYCLES: Final = "lifecycles"
#: part of every clause id
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(slots=True)
class Folder:
    """The files of one api."""

    path: str
    api: str
    #: endpoint files and lifecycle files, sorted
    contracts: list[str] = field(default_factory=list)
    lifecycles: list[str] = field(default_factory=list)
    waivers: str | None = None

    @property
    def name(self) -> str:
        """The api's name: its folder's."""
        return self.path.rpartition("/")[2]


def arrange(files: Iterable[str], root: str) -> tuple[tuple[Folder, ...], tuple[Problem, ...]]:
    """The apis among those paths, and the files that belong to none."""
    paths = sorted(files)
    if not paths:
        message = f"Cannot find a contract in {root}: because it holds no .yaml or .yml file."
        fix = (
            "Make a folder for the api, with an api.yaml and one file for each endpoint, or "
            "name another folder."
        )
        return (), (Problem(Place(root), "no-contracts", message, fix),)
    folders: dict[str, Folder] = {}
    problems: list[Problem] = []
    for path in paths:
        home, _, name = path.rpartition("/")
        if name not in _API:
            continue
        if home in folders:
            problems.append(_twice(path, folders[home].api))
        else:
            folders[home] = Folder(home, path)
    problems.extend(_names(folders.values()))
    orphans: dict[str, list[str]] = {}
    for path in paths:
        if path.rpartition("/")[2] not in _API:
            _place(path, folders, orphans, problems)
    for home, lost in orphans.items():
        problems.append(_orphaned(home, lost, folders))
    return tuple(folders.values()), tuple(problems)


def _place(
    path: str, folders: Mapping[str, Folder], orphans: dict[str, list[str]], problems: list[Problem]
) -> None:
    home, _, name = path.rpartition("/")
    upper, _, last = home.rpartition("/")
    if home in folders:
        folder = folders[home]
        if name not in _WAIVERS:
            folder.contracts.append(path)
        elif folder.waivers is not None:
            problems.append(_twice(path, folder.waivers))
        else:
            folder.waivers = path
    elif last == _LIFECYCLES and upper in folders:
        folders[upper].lifecycles.append(path)
    elif last == _LIFECYCLES:
        orphans.setdefault(upper, []).append(path)
    else:
        orphans.setdefault(home, []).append(path)


def _twice(path: str, first: str) -> Problem:
    message = f"Cannot use this file: because {first} is there too."
    return Problem(Place(path), "duplicate-file", message, "Keep one of the two.")


def _names(folders: Iterable[Folder]) -> Iterable[Problem]:
    seen: dict[str, Folder] = {}
    for folder in folders:
        if folder.name in seen:
            message = (
                f"Cannot tell two apis apart: because {seen[folder.name].path} is named '{folder.name}' too."
            )
            yield Problem(Place(folder.api), "duplicate-api", message, "Rename one of the two folders.")
        elif not _NAME.fullmatch(folder.name):
            message = f"Cannot use '{folder.name}' as an api's name: because it begins every clause id."
            fix = "Rename the folder: letters, digits, `.`, `_` and `-`, a letter or digit first."
            yield Problem(Place(folder.api), "bad-name", message, fix)
        seen.setdefault(folder.name, folder)


def _orphaned(home: str, lost: list[str], folders: Mapping[str, Folder]) -> Problem:
    parents = [path for path in folders if home.startswith(f"{path}/")]
    if parents:
        message = (
            "Cannot tell what this file is: "
            f"because it lies in a folder of its own inside the api {parents[0]}."
        )
        fix = "Endpoint files lie beside api.yaml, lifecycles in `lifecycles/` below it."
        return Problem(Place(lost[0]), "stray-file", message, fix)
    where = home or "the folder"
    more = f" ({len(lost)} files are concerned)" if len(lost) > 1 else ""
    message = f"Cannot tell which api this file belongs to: because {where} has no api.yaml{more}."
    return Problem(
        Place(lost[0]),
        "no-api-file",
        message,
        f"Add {home + '/' if home else ''}api.yaml with `title:` and `version:`.",
    )
