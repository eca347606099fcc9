"""Pages of an SDK's documentation, collected from what somebody named, and what they come to."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from assay.app.errors import UsageError
from assay.files.sources import STDIN, Source, SourceError, pages_of, read_source
from assay.ingest.imported import Imported, Origin
from assay.ingest.openapi import read_document
from assay.ingest.sdk_docs import Names, SdkDocs, is_page, named_pages, read_pages

#: pages that are read because others name them
_MOST: Final = 5_000
_ENDINGS: Final = (".md", ".markdown")
_KEY: Final = "sdk-docs"
_SAID: Final = "pages of its SDK"


def is_pages(source: Source) -> bool:
    """True for a file or text that is a page, by its name or its look."""
    named = source.file.lower().endswith(_ENDINGS)
    return bool(source.text) and (named or is_page(source.text))


def pages_at(source: Source) -> dict[str, str]:
    """The page of that source, and those of its folder that it names, a README's apart: it names them all."""
    first = source.file or "standard-input.md"
    made = {first: source.text}
    waiting = [first]
    while waiting and len(made) < _MOST:
        file = waiting.pop()
        if posixpath.basename(file).lower().startswith("readme"):
            continue
        for named in named_pages(made[file]):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(file), named))
            if path in made or path.startswith(("/", "..")):
                continue
            try:
                made[path] = source.read(path)
            except SourceError:
                continue
            waiting.append(path)
    return made


def several(paths: Sequence[str]) -> dict[str, str]:
    """The pages at all of those paths, files and folders, each by its path below their common folder.

    Raises `UsageError`.
    """
    made: dict[str, str] = {}
    for path in paths:
        try:
            if path != STDIN and Path(path).is_dir():
                if len(paths) == 1:
                    return pages_of(path)
                made |= {f"{path}/{file}": text for file, text in pages_of(path).items()}
                continue
            source = read_source(path)
        except (SourceError, ValueError) as error:
            raise UsageError(str(error)) from error
        if not is_pages(source):
            raise UsageError(
                f"Cannot import {path} together with others: because it is no page of an SDK's documentation. Name "
                "an OpenAPI document alone."
            )
        made[path] = source.text
    if not made:
        raise UsageError(
            f"Cannot import {' and '.join(paths)}: because no page in Markdown is there. Name others."
        )
    full = {file: Path(file).absolute() for file in made}
    common = Path(os.path.commonpath([path.parent for path in full.values()]))
    return {full[file].relative_to(common).as_posix(): text for file, text in made.items()}


def told(pages: Mapping[str, str], names: str | None) -> SdkDocs:
    """What those pages come to. Raises `NoDocument`."""
    return read_pages(pages, Names(names) if names else None)


def contracts(docs: SdkDocs, name: str, only: Collection[str]) -> Imported:
    """The contract files of them."""
    origin = Origin(_KEY, _SAID, docs.places)
    return read_document(
        docs.document, name=name, doubts=docs.doubts, questions=docs.questions, only=only, origin=origin
    )
