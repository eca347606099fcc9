"""Import: OpenAPI documents and pages of SDKs become contracts; what could not be taken over is told beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from assay.app import pages
from assay.app.errors import EnvironmentFailure, OurFault, UsageError
from assay.app.spared import spared
from assay.contractfile.conform import KINDS
from assay.contractfile.suggest import choose
from assay.files.drafts import Draft, drafted
from assay.files.reports import WriteError
from assay.files.sources import STDIN, Source, SourceError, read_source
from assay.ingest.imported import Doubt, Imported
from assay.ingest.library import Lost
from assay.ingest.naming import api_name, is_name
from assay.ingest.notes import Notes
from assay.ingest.openapi import read_document
from assay.ingest.reading import Unreadable, read_text
from assay.ingest.version import NoDocument, version_of
from assay.model.problem import Problem, Severity
from assay.model.terms import Json
from assay.rules import lint

#: rules of lint that say of a file that it is too large
_TOO_LARGE: Final = frozenset({"file-too-large", "yaml-too-large", "ref-too-large"})
#: so many files are named when they stand in the way
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user asked for."""

    #: file, folder, or `-` for standard input
    source: str
    #: the contracts folder
    output: str = "contracts"
    #: the api's name, which is its folder's; None: as the document's title says
    api: str | None = None
    #: patterns of operation ids, paths and tags
    only: tuple[str, ...] = ()
    #: overwrite files that are there and different
    force: bool = False
    #: more files and folders: pages of an SDK's documentation come in several
    beside: tuple[str, ...] = ()
    #: how names of several words are spelt on the wire, for pages that do not tell: a value of `sdk_docs.Names`
    names: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    imported: Imported
    draft: Draft
    #: what lint says of the outcome: warnings
    problems: tuple[Problem, ...]
    operations: int
    lifecycles: int


def import_source(options: ImportOptions, today: date) -> Outcome:
    """Imports, and writes what came of it.

    Raises `UsageError` for a source that is no OpenAPI document, for files that stand in the way and for patterns that
    fit nothing, and `EnvironmentFailure` when a file cannot be written. Nothing is written before everything is clear.
    """
    with spared():
        imported = read(options)
        contracts, problems = check(imported, today)
    draft = drafted(options.output, placed(imported, options.output))
    refuse_overwriting(draft, options.force)
    save(draft)
    return Outcome(imported, draft, problems, *contracts)


def read(options: ImportOptions) -> Imported:
    """The source as contract files; nothing is written. Raises `UsageError`."""
    if options.api is not None and not is_name(options.api):
        raise UsageError(
            f"Cannot call an API '{options.api}': because its name begins every clause id. Use letters, digits, "
            "`.`, `_` and `-`, a letter or digit first."
        )
    notes = Notes()
    try:
        source = _source(options.source)
        found = _pages(options, source)
        document: Json
        if found is not None:
            docs = pages.told(found, options.names)
            document, name = docs.document, options.api or api_name(docs.document, options.source)
            imported = pages.contracts(docs, name, options.only)
        else:
            if options.names is not None:
                raise UsageError(
                    f"Cannot use --names for {options.source}: because a document has names as they are on the wire. "
                    "Leave it out; it is for pages of SDKs."
                )
            source, document = _document(options.source, source, notes)
            version_of(document)
            name = options.api or api_name(document, source.file or options.source)
            imported = converted(source, document, notes, name, options.only)
    except NoDocument as error:
        raise UsageError(str(error)) from error
    if not any(path != "api.yaml" for path in imported.files):
        raise UsageError(_nothing(options, document))
    return imported


def converted(
    source: Source,
    document: Json,
    notes: Notes,
    name: str,
    only: tuple[str, ...] = (),
    *,
    marked: bool = False,
) -> Imported:
    """A document of that source as contract files, with what it refers to in its folder. Raises `NoDocument`."""

    def load(file: str) -> Json:
        try:
            return read_text(source.read(file), notes, file)
        except (SourceError, Unreadable) as error:
            raise Lost(str(error)) from error

    return read_document(
        document, name=name, doubts=notes.doubts, file=source.file, load=load, only=only, marked=marked
    )


def _nothing(options: ImportOptions, document: Json) -> str:
    if options.only:
        ids = [
            item["operationId"]
            for path in (document.get("paths") or {}).values() if isinstance(path, dict)
            for item in path.values() if isinstance(item, dict) and isinstance(item.get("operationId"), str)
        ]  # fmt: skip
        return (
            f"Cannot import {' or '.join(options.only)}: because no operation has that id, path or tag. "
            f"{choose(options.only[0], ids)}"
        ).strip()
    return f"Cannot import {options.source}: because it documents no operation that could be taken over. Add `paths`."


def _source(path: str) -> Source:
    try:
        return read_source(path)
    except SourceError as error:
        raise UsageError(str(error)) from error


def _pages(options: ImportOptions, source: Source) -> dict[str, str] | None:
    """The pages of documentation that are meant; None where a document is."""
    if options.beside:
        return pages.several((options.source, *options.beside))
    if pages.is_pages(source):
        return pages.pages_at(source)
    if source.text or source.file or options.source == STDIN or _documents_in(source):
        return None
    return pages.several([options.source]) or None


def _document(path: str, source: Source, notes: Notes) -> tuple[Source, Json]:
    """The document of a source: in a folder, the one file that says it is one."""
    if not source.others and not source.file and path != STDIN:
        raise UsageError(
            f"Cannot import {path}: because the folder holds no .yaml, .yml, .json or .md. Name another."
        )
    if not source.others:
        try:
            return source, read_text(source.text, notes)
        except Unreadable as error:
            raise UsageError(
                f"Cannot import {path}: because {error}. Name an OpenAPI document, JSON or YAML, or pages of an SDK."
            ) from error
    found = _documents_in(source)
    if len(found) == 1:
        file, text, document = found[0]
        return Source(text, file, source.read, source.others), document
    if not found:
        raise UsageError(
            f"Cannot import {path}: because no file in it begins with `openapi:` or `swagger:`. Name the document."
        )
    files = ", ".join(str(Path(path) / file) for file, _, _ in found[:_SHOWN])
    raise UsageError(
        f"Cannot import {path}: because {len(found)} documents are in it ({files}). Name the one."
    )


def _documents_in(source: Source) -> list[tuple[str, str, Json]]:
    """Path, text and content of each file of a folder that is a document."""
    found: list[tuple[str, str, Json]] = []
    for file in source.others:
        try:
            text = source.read(file)
            if "openapi" not in text and "swagger" not in text:
                continue
            document = read_text(text, Notes())
            version_of(document)
        except (SourceError, Unreadable, NoDocument):
            continue
        found.append((file, text, document))
    return found


def check(imported: Imported, today: date) -> tuple[tuple[int, int], tuple[Problem, ...]]:
    """How many operations and lifecycles the files come to, and what lint says of them. Raises `OurFault`."""
    texts = {f"{imported.api}/{path}": text for path, text in imported.files.items()}
    parsed = lint.examine(texts, root=".", today=today)
    errors = [problem for problem in parsed.problems if problem.severity is Severity.ERROR]
    large = [problem for problem in errors if problem.rule in _TOO_LARGE]
    if large:
        raise UsageError(
            f"Cannot import all of it: because {large[0].place.file} would come to more than a contract may. "
            "Name fewer operations with --only: ids, paths or tags, with `*`."
        )
    if errors or parsed.contracts is None:
        told = "; ".join(f"{problem.place}: {problem.message}" for problem in errors[:3])
        raise OurFault(
            f"Cannot keep what was imported: because lint refuses it ({told}). Do report it, please, with the "
            "document; --only leaves operations out meanwhile."
        )
    (api,) = parsed.contracts.apis
    return (len(api.operations), len(api.lifecycles)), parsed.problems


def placed(imported: Imported, output: str) -> dict[str, str]:
    """The files by path below the contracts folder; the schemas that editors complete from, where they are missing."""
    texts = {f"{imported.api}/{path}": text for path, text in imported.files.items()}
    for kind in KINDS:
        file = f"{kind}.schema.json"
        if not (Path(output) / file).exists():
            texts[file] = _schema(kind)
    return texts


def _schema(kind: str) -> str:
    from importlib import resources  # noqa: PLC0415 - only where files are missing

    return (resources.files("assay.contractfile") / "schemas" / f"{kind}.schema.json").read_text(
        encoding="utf-8"
    )


def refuse_overwriting(draft: Draft, force: bool) -> None:
    """Raises `UsageError` when files are there and different, and nobody said that they may go."""
    if not draft.different or force:
        return
    shown = ", ".join(str(draft.folder / path) for path in draft.different[:_SHOWN])
    more = f" and {len(draft.different) - _SHOWN} more" if len(draft.different) > _SHOWN else ""
    raise UsageError(
        f"Cannot write {shown}{more}: because they are there and say something else. Say --force to overwrite them, "
        "or choose another folder with -o or another name with --api."
    )


def save(draft: Draft) -> None:
    """Writes the files. Raises `EnvironmentFailure`."""
    try:
        draft.write()
    except WriteError as error:
        why = error.strerror or type(error).__name__
        raise EnvironmentFailure(
            f"Cannot write {error.filename}: because {why}. Name another folder with -o."
        ) from error


def told(doubt: Doubt) -> str:
    """A doubt in a line."""
    guess = f" Guessed: {doubt.guess}." if doubt.guess else ""
    return f"{doubt.message}{guess}"
