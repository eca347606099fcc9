"""The two sides of a diff: a folder, an OpenAPI document, or either of them as a git revision has it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from assay.app.errors import ContractError, UsageError
from assay.app.ingest import converted
from assay.app.load import examine
from assay.app.spared import spared
from assay.contractfile.suggest import nearest
from assay.files.git import MOST_FILES, Entry, GitError, Tree, is_repository, names, too_large, tree
from assay.files.sources import Source, SourceError, read_source
from assay.ingest.imported import Imported
from assay.ingest.naming import api_name
from assay.ingest.notes import Notes
from assay.ingest.reading import Unreadable, read_text
from assay.ingest.version import NoDocument, version_of
from assay.model.contract import Api, ContractSet
from assay.model.copied import replace
from assay.model.problem import Place, Problem, Severity
from assay.model.terms import Json
from assay.rules import lint

_CONTRACTS: Final = (".yaml", ".yml")
_DOCUMENTS: Final = (".yaml", ".yml", ".json")
#: made of an example, which promises nothing by itself: an example that changed is no change
_GUESSED: Final = "carries-what-the-example-shows"
_LINK: Final = "120000"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    #: `OLD` or `NEW`
    which: str
    #: as the user typed it
    text: str
    contracts: ContractSet
    #: a document, which has neither lifecycles nor sources
    document: bool = False
    #: how its files are called for people -> from how they are called in the contracts
    spoken: Callable[[str], str] = str


class SideError(ContractError):
    """The contracts of one side cannot be used."""

    def __init__(self, which: str, text: str, problems: tuple[Problem, ...]) -> None:
        """`which`: OLD or NEW."""
        super().__init__(problems)
        self.which = which
        self.text = text

    def __str__(self) -> str:
        count = len(self.problems)
        noun = "error" if count == 1 else "errors"
        side = f"{self.which} ({self.text})"
        return f"Cannot compare: because {side} has {count} {noun}. Mend {self.which}, or name another."


def read_side(which: str, text: str, other: str, today: date) -> Side:
    """The side that `text` names; `other` is what the opposite one is called, for a revision without a path.

    A path that is there comes first; then `REVISION:PATH`, then `REVISION`. Raises `SideError` and `UsageError`.
    """
    with spared():
        try:
            return _read(which, text, other, today)
        except GitError as error:
            raise UsageError(f"{error} ({which})") from error


def _read(which: str, text: str, other: str, today: date) -> Side:
    place = Path(text)
    if not text:
        raise UsageError(_nothing(which, text))
    if _is(place.is_dir):
        return _folder(which, text, today)
    if _is(place.is_file):
        return _of_file(which, text, today)
    revision, colon, path = text.partition(":")
    if revision and (colon or (is_repository() and not _looks_like_a_path(text))):
        found = tree(revision)
        return _revision(which, text, found, path if colon else _beside(other), today)
    raise UsageError(_nothing(which, text))


def _is(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (OSError, ValueError):
        return False


def _looks_like_a_path(text: str) -> bool:
    return text.startswith((".", "/", "~")) or text.endswith(("/", *_DOCUMENTS)) or "\\" in text


def _nothing(which: str, text: str) -> str:
    near = nearest(text, [*(str(path) for path in _listed()), *names()])
    hint = (
        f"Did you mean '{near}'?"
        if near
        else "Name a folder, an OpenAPI document, REVISION or REVISION:PATH."
    )
    return f"Cannot read {which} from '{text}': because there is no folder, file or git revision of that name. {hint}"


def _listed() -> list[Path]:
    try:
        return [path for path in sorted(Path().iterdir()) if not path.name.startswith(".")][:200]
    except OSError:
        return []


def _beside(other: str) -> str:
    """The path that a revision alone means: the other side's, where that is one."""
    place = Path(other)
    if _is(place.is_dir) or _is(place.is_file):
        return other
    _, colon, path = other.partition(":")
    return path if colon else "contracts"


def _folder(which: str, text: str, today: date) -> Side:
    contracts, problems = examine(text, today, advice=False)
    return Side(which, text, _sound(which, text, contracts, problems))


def _sound(
    which: str, text: str, contracts: ContractSet | None, problems: tuple[Problem, ...]
) -> ContractSet:
    if contracts is None:
        raise SideError(which, text, tuple(p for p in problems if p.severity is Severity.ERROR))
    return contracts


def _of_file(which: str, text: str, today: date) -> Side:
    try:
        return _document(which, text, read_source(text), text, today)
    except SourceError as error:
        raise UsageError(f"{error} ({which})".replace("Cannot import", "Cannot read", 1)) from error


def _document(which: str, text: str, source: Source, shown: str, today: date) -> Side:
    notes = Notes()
    try:
        document = read_text(source.text, notes)
        version_of(document)
        # where references are cut depends on the order in which they are met: on both sides the same
        name = api_name(document, source.file or "document")
        imported = converted(source, _ordered(document), notes, name, marked=True)
    except (Unreadable, NoDocument) as error:
        raise UsageError(
            f"Cannot read {which} from {text}: because {error}. Name an OpenAPI document or a contracts folder."
            if isinstance(error, Unreadable)
            else f"{error} ({which}: {text})"
        ) from error
    return Side(which, text, _promised(which, text, imported, today), document=True, spoken=lambda _: shown)


def _ordered(document: Json) -> Json:
    """The document with its paths and components by name."""
    if not isinstance(document, Mapping):
        return document
    found = dict(document)
    for key in ("paths", "definitions", "components"):
        if isinstance(found.get(key), Mapping):
            found[key] = _by_name(found[key])
    if isinstance(found.get("components"), Mapping):
        found["components"] = {
            key: _by_name(value) if isinstance(value, Mapping) else value
            for key, value in found["components"].items()
        }
    return found


def _by_name(members: Mapping[str, Json]) -> Json:
    return {name: members[name] for name in sorted(members, key=str)}


def _promised(which: str, text: str, imported: Imported, today: date) -> ContractSet:
    """What a document says itself, without what an import would infer from it."""
    texts = {
        f"{imported.api}/{path}": one
        for path, one in imported.files.items()
        if not path.startswith("lifecycles/")
    }
    parsed = lint.examine(texts, root=".", today=today, advice=False)
    contracts = _sound(which, text, parsed.contracts, parsed.problems)
    return replace(contracts, apis=tuple(map(_unguessed, contracts.apis)))


def _unguessed(api: Api) -> Api:
    return replace(
        api,
        operations=tuple(
            replace(one, promises=tuple(promise for promise in one.promises if promise.id != _GUESSED))
            for one in api.operations
        ),
    )


def _revision(which: str, text: str, found: Tree, path: str, today: date) -> Side:
    top = found.path(path or ".")
    entries = [entry for entry in found.entries(top) if not _hidden(entry.path, top)]
    if len(entries) == 1 and entries[0].path == top:
        return _of_blob(which, text, found, entries[0], today)
    entries = [entry for entry in entries if entry.path.lower().endswith(_CONTRACTS)]
    shown = f"{found.revision}:{path or '.'}"
    if not entries:
        near = nearest(top, found.folders())
        hint = f"Did you mean '{found.revision}:{near}'?" if near and near != top else "Name REVISION:PATH."
        raise GitError(f"Cannot read {shown}: because the revision has no contracts there. {hint}")
    if len(entries) > MOST_FILES:
        raise GitError(
            f"Cannot read {shown}: because it holds more than {MOST_FILES} files. Name the folder of one api."
        )
    texts, problems = _texts(found, entries)
    # an api in the folder itself is called as the folder is, so paths keep its name
    root = top or "."
    parsed = lint.examine(texts, root=root, today=today, advice=False)
    told = tuple(
        replace(one, place=replace(one.place, file=f"{found.revision}:{one.place.file}"))
        for one in sorted((*problems, *parsed.problems))
    )
    contracts = None if problems else parsed.contracts
    return Side(
        which, text, _sound(which, text, contracts, told), spoken=lambda file: f"{found.revision}:{file}"
    )


def _hidden(path: str, top: str) -> bool:
    return any(part.startswith(".") for part in path.removeprefix(top).split("/") if part)


def _texts(found: Tree, entries: list[Entry]) -> tuple[Mapping[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    kept = []
    for entry in entries:
        if entry.mode == _LINK:
            message = (
                "Cannot read this file: because it is a link, and a revision is not followed through links."
            )
            problems.append(
                Problem(Place(entry.path), "link-leaves-folder", message, "Commit the file itself.")
            )
        elif too_large(entry, contract=True):
            message = "Cannot read this file: because it is larger than 1 MiB."
            problems.append(Problem(Place(entry.path), "file-too-large", message, "Split it."))
        else:
            kept.append(entry)
    held = found.contents([entry.blob for entry in kept])
    for entry in kept:
        try:
            texts[entry.path] = held[entry.blob].decode("utf-8")
        except UnicodeDecodeError:
            message = "Cannot read this file: because it is not UTF-8."
            problems.append(Problem(Place(entry.path), "not-utf-8", message, "Save it as UTF-8."))
    return texts, problems


def _of_blob(which: str, text: str, found: Tree, entry: Entry, today: date) -> Side:
    """An OpenAPI document of a revision, with the files of its folder that it refers to."""
    folder = entry.path.rpartition("/")[0]

    def read(file: str) -> str:
        return _blob(found, f"{folder}/{file}" if folder else file)

    try:
        source = Source(_blob(found, entry.path), entry.path.rpartition("/")[2], read)
    except SourceError as error:
        raise UsageError(f"Cannot read {which} from {text}: because {error}. Name another.") from error
    return _document(which, text, source, f"{found.revision}:{entry.path}", today)


def _blob(found: Tree, path: str) -> str:
    wanted = posixpath.normpath(path)
    entry = next((one for one in found.entries(wanted) if one.path == wanted), None)
    if wanted.startswith("..") or entry is None or entry.mode == _LINK:
        raise SourceError(f"the revision has no file {wanted}")
    if too_large(entry, contract=False):
        raise SourceError(f"{wanted} is too large")
    try:
        return found.contents([entry.blob])[entry.blob].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{wanted} is not UTF-8") from error
