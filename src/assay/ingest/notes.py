"""Where one stands in a source, what was doubted there, and the blocks of a contract that keep remarks beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from assay.ingest.imported import Doubt
from assay.model.pointer import escape
from assay.model.terms import Json


class Spot(NamedTuple):
    """A place in a source: the document's file, empty for the one that is imported, and a JSON Pointer in it."""

    file: str = ""
    pointer: str = ""

    def __truediv__(self, key: str | int) -> Spot:
        return Spot(self.file, f"{self.pointer}/{escape(str(key))}")

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}" if self.file else self.pointer


class Block(dict[str, Json]):
    """A mapping of a contract whose members may have remarks, which are written as comments above them."""

    def __init__(self, members: dict[str, Json] | None = None) -> None:
        super().__init__(members or {})
        #: remarks by member
        self.remarks: dict[str, list[str]] = {}

    def remark(self, key: str, text: str) -> None:
        """Puts a remark above that member, once."""
        told = self.remarks.setdefault(key, [])
        if text not in told:
            told.append(text)


def keep(made: Block, value: Json) -> None:
    """Keeps what a reader of other documentation has noted beside what it made, with how firmly that is said.

    Such a reader makes documents of `Block`s; a document that somebody wrote has none.
    """
    if isinstance(value, Block):
        for key, texts in value.remarks.items():
            for text in texts:
                made.remark(key, text)
        if isinstance(value.get("strength"), str):
            made["strength"] = value["strength"]


@dataclass(slots=True)
class Notes:
    """Everything that was doubted so far."""

    #: pointers of a document that was made for us -> where that came from, longest first when they are looked up
    moved: dict[str, str] = field(default_factory=dict)
    #: pointers of a document that was made of pages -> their lines, which hold for all that stands below
    places: Mapping[str, str] = field(default_factory=dict)
    #: the contract file that is being written
    home: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    #: does an extension, `x-cut`, name what stood where a reference was cut? For who compares documents
    marking: bool = False
    #: doubts that come again and again: the first of each, and how many more there were
    again: dict[str, tuple[int, int]] = field(default_factory=dict)

    def doubt(self, spot: Spot, cannot: str, because: str, guess: str = "") -> None:
        """Notes *Cannot `cannot`: because `because`.*, and what the contract says instead."""
        self.doubts.append(Doubt(self.source(spot), f"Cannot {cannot}: because {because}.", guess, self.home))

    def repeated(self, spot: Spot, cannot: str, because: str, guess: str = "") -> None:
        """The same for what stands in many places alike: it is told once, with their number."""
        index, more = self.again.get(cannot, (len(self.doubts), -1))
        if more < 0:
            self.doubt(spot, cannot, because, guess)
        self.again[cannot] = index, more + 1
        if more >= 0:
            first = self.doubts[index]
            places = "1 more place" if more == 0 else f"{more + 1} more places"
            told = f"Cannot {cannot}, here and in {places}: because {because}."
            self.doubts[index] = replace(first, message=told)

    def guess(self, block: Block, key: str, spot: Spot, cannot: str, because: str, guess: str) -> None:
        """The same, with the guess marked above that member of the contract."""
        self.doubt(spot, cannot, because, guess)
        block.remark(key, f"guessed: {guess}, because {because}")

    def source(self, spot: Spot) -> str:
        """Where that is in what was handed in."""
        if self.places:
            pointer = spot.pointer
            while pointer and pointer not in self.places:
                pointer = pointer.rpartition("/")[0]
            return self.places.get(pointer, "")
        if spot.file or not self.moved:
            return str(spot)
        pointer, rest = spot.pointer, ""
        while pointer:
            if pointer in self.moved:
                return self.moved[pointer] + rest
            pointer, _, last = pointer.rpartition("/")
            rest = f"/{last}{rest}"
        return rest


def unique(found: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Each doubt once, in its order."""
    return tuple(dict.fromkeys(found))


def show(value: Json) -> str:
    """A value, short enough for a line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
