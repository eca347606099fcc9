"""The documents of one source: what a `$ref` leads to, in the same file or another of the same folder.

Nothing is fetched, and nothing outside the folder is looked at: what a document says must not decide what a machine
reads.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from assay.ingest.notes import Spot
from assay.model.pointer import tokens
from assay.model.terms import Json

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
#: references that lead to references
_MOST_HOPS: Final = 50


class Lost(Exception):
    """A reference that is not followed. The text is what follows «because»."""


#: a file beside the document, by a path below its folder -> its content; raises `Lost`
Load = Callable[[str], Json]


def alone(file: str) -> Json:
    """No file at all: a document without a folder."""
    raise Lost(f"there is no file {file} beside it")


@dataclass(slots=True)
class Library:
    """The documents that one source is made of."""

    document: Mapping[str, Json]
    #: path of the document inside the folder, from which its references count
    file: str = ""
    load: Load = alone
    #: old name of a section -> new one, for documents that were converted
    renamed: Mapping[str, str] = field(default_factory=dict)
    _kept: dict[str, Json] = field(default_factory=dict)

    def target(self, reference: str, at: Spot) -> Spot:
        """Where that reference leads. Raises `Lost` for one that is never followed."""
        place, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            raise Lost("it names an anchor, and only pointers are followed")
        file = self._file(unquote(place), at) if place else at.file
        if not file:
            for old, new in self.renamed.items():
                if fragment.startswith(old):
                    fragment = new + fragment[len(old) :]
        return Spot(file, fragment.rstrip("/") if fragment != "/" else fragment)

    def _file(self, place: str, at: Spot) -> str:
        if place.startswith("//") or _SCHEME.match(place):
            raise Lost("it is elsewhere, and nothing is fetched")
        base = posixpath.dirname(at.file or self.file)
        path = posixpath.normpath(posixpath.join(base, place.replace("\\", "/")))
        if path.startswith(("/", "../")) or path == "..":
            raise Lost("it leaves the folder of the document")
        return "" if path == self.file else path

    def find(self, spot: Spot) -> Json:
        """What stands there. Raises `Lost` where nothing does."""
        node = self._document(spot.file)
        for token in tokens(spot.pointer):
            if isinstance(node, Mapping) and token in node:
                node = node[token]
            elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
                node = node[int(token)]
            else:
                raise Lost("nothing stands there")
        return node

    def follow(self, value: Json, at: Spot) -> tuple[Json, Spot]:
        """What `value` is once its references are followed, and where that stands. Raises `Lost`."""
        for _ in range(_MOST_HOPS):
            if not isinstance(value, Mapping) or not isinstance(value.get("$ref"), str):
                return value, at
            at = self.target(value["$ref"], at)
            value = self.find(at)
        raise Lost("it leads back to itself")

    def _document(self, file: str) -> Json:
        if not file:
            return self.document
        if file not in self._kept:
            self._kept[file] = self.load(file)
        return self._kept[file]
