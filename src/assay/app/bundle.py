"""Contracts for other people's tools: OpenAPI, and the witnesses and tables in the formats that others read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.lifecycle import tell
from assay.app.load import load
from assay.contractfile.suggest import choose
from assay.explore.ids import never_issued
from assay.files.reports import WriteError, write_whole
from assay.model.contract import Api
from assay.openapi.arazzo import arazzo
from assay.openapi.bundle import bundle
from assay.openapi.hurl import hurl
from assay.openapi.postman import postman
from assay.openapi.text import FORMATS, text
from assay.openapi.witness import book
from assay.report.legible import one_line

OPENAPI, ARAZZO, HURL, POSTMAN, MERMAID = "openapi", "arazzo", "hurl", "postman", "mermaid"
#: what there is to write, and the end of the name that each file of a folder gets; `*`: the style
KINDS: Final = {
    OPENAPI: ".*",
    ARAZZO: ".arazzo.*",
    HURL: ".hurl",
    POSTMAN: ".postman_collection.json",
    MERMAID: ".md",
}
#: ways of writing OpenAPI and Arazzo
STYLES: Final = tuple(dict.fromkeys(FORMATS.values()))
#: ends of names that mean something else than OpenAPI
_ENDS: Final = {
    ".arazzo.yaml": ARAZZO,
    ".arazzo.yml": ARAZZO,
    ".arazzo.json": ARAZZO,
    ".hurl": HURL,
    ".postman_collection.json": POSTMAN,
    ".md": MERMAID,
    ".mmd": MERMAID,
}


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """What the user asked for."""

    path: str = "contracts"
    apis: tuple[str, ...] = ()
    #: file, or folder for a file an API and format; None: hand the text back
    output: str | None = None
    #: of `KINDS` and `STYLES`, in the user's order; a kind that is not named is what the file's name says, else OpenAPI
    formats: tuple[str, ...] = ()
    #: where an Arazzo description says that the OpenAPI document lies; None: beside it, as a folder would have it
    openapi: str | None = None
    #: values that must be fresh derive from it
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Bundled:
    """One file."""

    api: str
    #: what there is in it, and how often
    what: str
    count: int
    #: of what else there is nothing in it, though one might look for it
    omitted: int
    text: str
    #: where it was written; None: nowhere
    file: str | None


def bundles(options: BundleOptions, today: date) -> tuple[Bundled, ...]:
    """The files of the chosen APIs, written where the user wants them.

    Raises `ContractError`, `UsageError` where it is not clear what goes where, and `EnvironmentFailure` when something
    cannot be written; nothing is written before everything is clear.
    """
    apis = load(options.path, today, options.apis).apis
    if not apis:
        raise UsageError(f"Cannot bundle {options.path}: because no API is there. Name a contracts folder.")
    kinds = _kinds(options)
    files = _files(options, [api.name for api in apis], kinds)
    made = tuple(
        _made(options, api, kind, file)
        for (api, kind), file in zip(((api, kind) for api in apis for kind in kinds), files, strict=True)
    )
    for one in made:
        if one.file is not None:
            _write(Path(one.file), one.text)
    return made


def _kinds(options: BundleOptions) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(kind for kind in options.formats if kind in KINDS))
    said = next(
        (k for end, k in _ENDS.items() if options.output and options.output.lower().endswith(end)), OPENAPI
    )
    return named or (said,)


def _style(options: BundleOptions) -> str | None:
    styles = tuple(dict.fromkeys(style for style in options.formats if style in STYLES))
    if len(styles) > 1:
        raise UsageError(f"Cannot write {' and '.join(styles)} at once: because one is asked for. Say which.")
    return styles[0] if styles else None


def _files(options: BundleOptions, apis: Sequence[str], kinds: Sequence[str]) -> list[Path | None]:
    """Where each file goes: API by API, kind by kind."""
    count, style = len(apis) * len(kinds), _style(options)
    several = f"{count} documents ({', '.join(apis if len(apis) > 1 else kinds)})"
    way = (
        "Name one with --api, or a folder with -o."
        if len(apis) > 1
        else "Ask for one, or name a folder with -o."
    )
    if options.output is None:
        if count > 1:
            raise UsageError(
                f"Cannot write {several} to standard output: because each is a file of its own. {way}"
            )
        return [None]
    output = Path(options.output)
    if options.output.endswith(("/", "\\")) or output.is_dir() or (count > 1 and not output.suffix):
        ends = [KINDS[kind].replace("*", style or STYLES[0]) for kind in kinds]
        return [output / f"{name}{end}" for name in apis for end in ends]
    if count > 1:
        raise UsageError(f"Cannot write {several} to {output}: because each is a file of its own. {way}")
    return [output]


def _made(options: BundleOptions, api: Api, kind: str, file: Path | None) -> Bundled:
    where = None if file is None else str(file)
    if kind == OPENAPI:
        said = text(bundle(api), _written(options, file))
        return Bundled(api.name, "operation", len(api.operations), 0, said, where)
    if kind == MERMAID:
        return Bundled(api.name, "lifecycle", len(api.lifecycles), 0, _diagrams(api, file), where)
    witnesses = book(api, lambda salt, like: never_issued(salt, like, frozenset()), options.seed)
    match kind:
        case "hurl":
            said, omitted = hurl(witnesses)
        case "postman":
            document, omitted = postman(witnesses)
            said = text(document, "json")
        case _:
            style = _written(options, file)
            document, omitted = arazzo(witnesses, options.openapi or f"./{api.name}.{style}")
            said = text(document, style)
    shown = len(witnesses.workflows) + len(witnesses.omitted) - len(omitted)
    return Bundled(api.name, "workflow", shown, len(omitted), said, where)


def _written(options: BundleOptions, file: Path | None) -> str:
    """In which style."""
    style = _style(options)
    if style is not None or file is None:
        return style or STYLES[0]
    found = FORMATS.get(file.suffix.lower())
    if found is None:
        hint = choose(file.suffix, FORMATS) or f"End it in {' or '.join(FORMATS)}, or say --format."
        raise UsageError(f"Cannot write {file}: because its name does not say in which format. {hint}")
    return found


def _diagrams(api: Api, file: Path | None) -> str:
    """The tables as state diagrams: one alone in a file for Mermaid, else all of them in Markdown."""
    if file is not None and file.suffix.lower() == ".mmd":
        if len(api.lifecycles) != 1:
            raise UsageError(
                f"Cannot write {file}: because {api.name} has {len(api.lifecycles)} lifecycles, and such a file holds "
                "one diagram. End its name in .md."
            )
        return tell(api.lifecycles[0], "").mermaid
    parts = [f"# {one_line(api.title, 120)}\n"]
    parts += [
        f"## {one_line(cycle.name, 120)}\n\n```mermaid\n{tell(cycle, '').mermaid}```\n"
        for cycle in api.lifecycles
    ]
    return "\n".join(parts)


def _write(file: Path, content: str) -> None:
    try:
        write_whole(file, content.encode())
    except WriteError as error:
        why = error.strerror or type(error).__name__
        raise EnvironmentFailure(
            f"Cannot write {file}: because {why}. Name another place with -o."
        ) from error
