"""Where things stand in a file: each JSON value keeps the line and column it was written at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assay.model.contract import Json
from assay.model.pointer import escape, tokens
from assay.model.problem import Place, Problem, Severity


class Spot(NamedTuple):
    """Where one value begins, and where its members and their keys do. Lines and columns count from 1."""

    line: int
    column: int
    #: member name -> line and column of the key; empty unless the value is a mapping
    keys: Mapping[str, tuple[int, int]] = {}
    #: member name -> spot of the value
    members: Mapping[str, Spot] = {}
    #: spots of list items
    items: Sequence[Spot] = ()

    @property
    def scalar(self) -> bool:
        """True when the value has no parts."""
        return not self.members and not self.items


@dataclass(frozen=True, slots=True)
class Document:
    """One file that could be read: its JSON value, and where each part of it stands."""

    file: str
    value: Json
    spot: Spot

    def place(self, pointer: str = "") -> Place:
        """Where the thing begins that a reader would look for: its key, or the item itself.

        A pointer to something that is not there gives the place of its nearest parent that is.
        """
        return self._place(pointer, value=False)

    def value_place(self, pointer: str) -> Place:
        """Where the value begins when it is a single word; its key otherwise."""
        return self._place(pointer, value=True)

    def _place(self, pointer: str, *, value: bool) -> Place:
        spot = self.spot
        line, column = spot.line, spot.column
        for token in tokens(pointer):
            if token in spot.members:
                line, column = spot.keys[token]
                spot = spot.members[token]
            elif spot.items and token.isdecimal() and int(token) < len(spot.items):
                spot = spot.items[int(token)]
                line, column = spot.line, spot.column
            else:
                return Place(self.file, line, column, pointer)
        if value and spot.scalar:
            line, column = spot.line, spot.column
        return Place(self.file, line, column, pointer)

    def at(self, pointer: str) -> Json:
        """The value there. Raises `KeyError` or `IndexError` when there is none."""
        node = self.value
        for token in tokens(pointer):
            node = node[int(token)] if isinstance(node, list) else node[token]
        return node

    def existing(self, path: Sequence[str | int]) -> str:
        """The pointer of the longest beginning of that path that leads somewhere."""
        node, pointer = self.value, ""
        for part in path:
            try:
                node = node[int(part)] if isinstance(node, list) else node[str(part)]
            except (KeyError, IndexError, TypeError, ValueError):
                break
            pointer += f"/{escape(str(part))}"
        return pointer

    def name(self, pointer: str) -> str:
        """What a reader would call that spot: `'method'`, `item 2 of 'parameters'`, `this file`."""
        if not pointer:
            return "this file"
        home, _, last = pointer.rpartition("/")
        if isinstance(self.at(home), list):
            return f"item {int(last) + 1} of {self.name(home)}"
        return f"'{tokens('/' + last)[0]}'"

    def problem(
        self,
        rule: str,
        pointer: str,
        message: str,
        fix: str = "",
        *,
        severity: Severity = Severity.ERROR,
        at_value: bool = False,
    ) -> Problem:
        """A problem of this file at that pointer."""
        place = self.value_place(pointer) if at_value else self.place(pointer)
        return Problem(place, rule, message, fix, severity)


@dataclass(frozen=True, slots=True)
class Atlas:
    """The documents by file, so that whoever knows a file and a pointer finds the line."""

    documents: Mapping[str, Document]

    def __call__(self, file: str, pointer: str) -> Place:
        """The place of that pointer in that file; without line when the file is unknown."""
        document = self.documents.get(file)
        return document.place(pointer) if document else Place(file, pointer=pointer)
