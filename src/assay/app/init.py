"""Init: an empty folder becomes a project whose first run passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from assay.app.errors import UsageError
from assay.app.ingest import ImportOptions, check, placed, read, save
from assay.app.spared import spared
from assay.files.drafts import Draft, drafted
from assay.ingest.imported import Imported

#: what the built-in example is called
EXAMPLE: Final = "tasks"
#: where a CI system looks for its jobs
CI: Final[Mapping[str, str]] = {"github": ".github/workflows/contracts.yml", "gitlab": ".gitlab-ci.yml"}
#: files of the project by the name they are shipped under: nothing that looks like a test is collected here
_RENAMED: Final = {"gitignore": ".gitignore"}
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What the user asked for."""

    folder: str = "."
    #: document to import; None: the built-in example
    source: str | None = None
    #: what its api is called; None: as its title says
    api: str | None = None
    #: CI systems that get a job, by their names in `CI`
    ci: tuple[str, ...] = ("github",)


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of it."""

    draft: Draft
    #: the contracts' folder, below the project's
    api: str
    operations: int
    lifecycles: int
    #: None for the built-in example
    imported: Imported | None


def begin(options: InitOptions, today: date) -> Begun:
    """Writes the project.

    Raises `UsageError` for files that are there and say something else, naming them, and for a source that cannot be
    imported, and `EnvironmentFailure` when a file cannot be written. Nothing is written before everything is clear.
    """
    imported = None
    if options.source is not None:
        imported = read(ImportOptions(options.source, api=options.api))
        contracts = imported
    else:
        contracts = Imported(options.api or EXAMPLE, dict(_texts(_shipped() / "example" / EXAMPLE)))
    with spared():
        (operations, lifecycles), _ = check(contracts, today)
    texts = {
        f"contracts/{path}": text for path, text in placed(contracts, f"{options.folder}/contracts").items()
    }
    texts |= {_named(path): text for path, text in _texts(_shipped() / "project").items()}
    for system in options.ci:
        texts[CI[system]] = (_shipped() / "ci" / f"{system}.yml.txt").read_text(encoding="utf-8")
    draft = drafted(options.folder, texts)
    if draft.different:
        shown = ", ".join(str(draft.folder / path) for path in draft.different[:_SHOWN])
        more = f" and {len(draft.different) - _SHOWN} more" if len(draft.different) > _SHOWN else ""
        raise UsageError(
            f"Cannot begin a project in {options.folder}: because {shown}{more} would be overwritten. Move what is "
            "there, or name another folder; `assay import` adds contracts to a project that is there."
        )
    save(draft)
    return Begun(draft, contracts.api, operations, lifecycles, imported)


def _shipped() -> Traversable:
    return resources.files("assay.app") / "starter"


def _texts(folder: Traversable, above: str = "") -> dict[str, str]:
    """The texts below a shipped folder, by path in it."""
    found: dict[str, str] = {}
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        path = f"{above}{item.name}"
        if item.is_dir():
            found |= _texts(item, f"{path}/")
        else:
            found[path] = item.read_text(encoding="utf-8")
    return found


def _named(path: str) -> str:
    """The path of a shipped file in a project."""
    name = path.removesuffix(".txt")
    return _RENAMED.get(name, name)
