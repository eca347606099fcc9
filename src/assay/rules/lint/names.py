"""Names on the wire, and the styles they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from assay.contractfile.walk import PartKind, subschemas
from assay.model.pointer import escape
from assay.rules.lint.documents import parts
from assay.rules.lint.look import Look

_STYLES: Final = (
    ("camelCase", re.compile(r"[a-z][a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+")),
    ("snake_case", re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")),
    ("kebab-case", re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")),
    ("PascalCase", re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)*")),
)


def style(name: str) -> str:
    """`camelCase`, `snake_case`, …; empty for a name of one word, which is of every style."""
    return next((called for called, pattern in _STYLES if pattern.fullmatch(name)), "")


def folded(name: str) -> str:
    """The same for all spellings of a name."""
    return re.sub(r"[-_]", "", name).lower()


def documented(look: Look) -> Iterator[tuple[str, str, str]]:
    """Every name that goes over the wire in a body, the query or a cookie: the name, the file and the pointer.

    Names of path variables do not travel, and those of headers have no case.
    """
    for file, part in parts(look):
        if part.kind is PartKind.SCHEMA:
            for pointer, schema in subschemas(part.value, part.pointer):
                named = schema.get("properties")
                for name in named if isinstance(named, dict) else ():
                    yield name, file, f"{pointer}/properties/{escape(name)}"
        elif part.kind is PartKind.PARAMETER and part.value.get("in") in {"query", "cookie"}:
            yield part.value["name"], file, f"{part.pointer}/name"
