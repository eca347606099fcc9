"""Contracts for other people's tools: one OpenAPI document an API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assay.app.errors import EnvironmentFailure, UsageError
from assay.app.load import load
from assay.contractfile.suggest import choose
from assay.files.reports import WriteError, write_whole
from assay.openapi.bundle import bundle
from assay.openapi.text import FORMATS, text


@dataclass(frozen=True, slots=True)
class BundleOptions:
    """What the user asked for."""

    path: str = "contracts"
    apis: tuple[str, ...] = ()
    #: file, or folder for a file an API; None: hand the text back
    output: str | None = None
    #: `yaml` or `json`; None: as the file's name says, else YAML
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Bundled:
    """One API's document."""

    api: str
    operations: int
    text: str
    #: where it was written; None: nowhere
    file: str | None


def bundles(options: BundleOptions, today: date) -> tuple[Bundled, ...]:
    """The documents of the chosen APIs, written where the user wants them.

    Raises `ContractError`, `UsageError` where it is not clear which document goes where, and `EnvironmentFailure`
    when one cannot be written; nothing is written before everything is clear.
    """
    apis = load(options.path, today, options.apis).apis
    if not apis:
        raise UsageError(f"Cannot bundle {options.path}: because no API is there. Name a contracts folder.")
    files = _files(options, [api.name for api in apis])
    made = tuple(
        Bundled(
            api.name,
            len(api.operations),
            text(bundle(api), _style(options, file)),
            None if file is None else str(file),
        )
        for api, file in zip(apis, files, strict=True)
    )
    for one, file in zip(made, files, strict=True):
        if file is not None:
            _write(file, one.text)
    return made


def _files(options: BundleOptions, apis: Sequence[str]) -> list[Path | None]:
    """Where each API's document goes."""
    if options.output is None:
        if len(apis) > 1:
            raise UsageError(
                f"Cannot write {len(apis)} documents ({', '.join(apis)}) to standard output: because each is a "
                "file of its own. Name one with --api, or a folder with -o."
            )
        return [None]
    output = Path(options.output)
    if options.output.endswith(("/", "\\")) or output.is_dir() or (len(apis) > 1 and not output.suffix):
        return [output / f"{name}.{options.style or 'yaml'}" for name in apis]
    if len(apis) > 1:
        raise UsageError(
            f"Cannot write {len(apis)} documents ({', '.join(apis)}) to {output}: because each is a file of its "
            "own. Name one with --api, or a folder with -o."
        )
    return [output]


def _style(options: BundleOptions, file: Path | None) -> str:
    if options.style is not None or file is None:
        return options.style or "yaml"
    style = FORMATS.get(file.suffix.lower())
    if style is None:
        hint = choose(file.suffix, FORMATS) or f"End it in {' or '.join(FORMATS)}, or say --format."
        raise UsageError(f"Cannot write {file}: because its name does not say in which format. {hint}")
    return style


def _write(file: Path, content: str) -> None:
    try:
        write_whole(file, content.encode())
    except WriteError as error:
        why = error.strerror or type(error).__name__
        raise EnvironmentFailure(
            f"Cannot write {file}: because {why}. Name another place with -o."
        ) from error
