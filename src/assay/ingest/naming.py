"""What an api is called: as its title says, without the words that every title has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from assay.ingest.words import words
from assay.model.terms import Json

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NOISE: Final = frozenset({
    "the", "a", "an", "of", "for", "and", "api", "apis", "rest", "restful", "http", "web", "service", "services",
    "documentation", "docs", "doc", "reference", "openapi", "swagger", "spec", "specification", "definition", "schema",
    "server", "public", "private", "internal", "beta", "untitled",
})  # fmt: skip
_MOST_WORDS: Final = 4


def api_name(document: Mapping[str, Json], file: str) -> str:
    """A name for the folder: of the title, else of the file, else `api`."""
    info = document.get("info")
    title = info.get("title") if isinstance(info, Mapping) else None
    stem = posixpath.basename(file.replace("\\", "/").rstrip("/")).split(".")[0]
    for text in (title, stem):
        told = [word for word in words(text) if word not in _NOISE] if isinstance(text, str) else []
        name = "-".join(told[:_MOST_WORDS])
        if name:
            return name
    return "api"


def is_name(text: str) -> bool:
    """True for what a contracts folder lets an api be called."""
    return _NAME.fullmatch(text) is not None
