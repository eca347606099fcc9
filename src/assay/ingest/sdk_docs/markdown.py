"""Markdown as openapi-generator writes it: sections, tables and cells, read with the line that each stands in.

This is no reader of Markdown in general. It knows the few forms that the templates use, and bears what happens to
pages on their way: other line ends, lost blank lines and rules of tables, pipes with and without a backslash, fences
that nobody closed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

#: headings that the templates write below an operation or model; they end a fence that was left open
SUBTITLES: Final = frozenset({
    "example", "parameters", "path parameters", "other parameters", "return type", "authorization",
    "http request headers", "http response details", "properties", "methods", "enum",
})  # fmt: skip
#: headers of tables, by what the templates call them
_HEADERS: Final = ({"name", "type"}, {"method", "http request"}, {"status code"}, {"name", "value"})

_HEADING: Final = re.compile(r" {0,3}(#{1,6})(?!#)[ \t]*(\S.*)?")
_FENCE: Final = re.compile(r" {0,3}(?:```|~~~)+[ \t]*([A-Za-z+#]*)")
_ANCHOR: Final = re.compile(r"<a\s+(?:name|id)\s*=[^<>]{0,200}>(?:\s*</a>)?", re.I)
_RULE: Final = frozenset(" \t|:-")
#: characters of a line that are read: patterns take their time over long ones
_LONGEST: Final = 16_000
_PIPE: Final = re.compile(r"(?<!\\)\|")
_LINK: Final = re.compile(r"!?\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]\(([^()\s]*)\)")
#: what nobody sees, and no contract may hold: marks of byte order, controls, halves of characters
_UNSEEN: Final = re.compile("[\ufeff\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_BREAK: Final = re.compile(r"<br\s*/?>", re.I)


class Line(NamedTuple):
    """One line of a page."""

    #: from 1
    number: int
    text: str
    #: does it stand in a fence?
    code: bool
    #: what the fence calls its language, in lower case
    language: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines up to the next."""

    #: without marks, as people read it; empty for what stands before the first heading
    title: str
    level: int
    #: the line of the heading
    line: int
    lines: tuple[Line, ...]

    def prose(self) -> Iterator[Line]:
        """The lines outside fences that hold something."""
        return (line for line in self.lines if not line.code and line.text.strip())

    def code(self) -> Iterator[Line]:
        """The lines of fences."""
        return (line for line in self.lines if line.code)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source."""

    #: its path in the source, with `/`
    file: str
    sections: tuple[Section, ...]
    #: the languages that its fences name, in lower case, in their order
    languages: tuple[str, ...]

    def at(self, line: int) -> str:
        """The place of that line: `docs/PetApi.md:12`."""
        return f"{self.file}:{line}"


class Row(NamedTuple):
    """A row of a table: raw cells by the header's words in lower case."""

    cells: Mapping[str, str]
    line: int

    def cell(self, name: str) -> str:
        """The raw cell of that column; empty where there is none."""
        return self.cells.get(name, "")


def read(file: str, text: str) -> Page:
    """The page that `text` is."""
    sections: list[Section] = []
    languages: list[str] = []
    title, level, start = "", 0, 1
    held: list[Line] = []
    code, language = False, ""
    for number, raw in enumerate(_UNSEEN.sub("", text).splitlines(), start=1):
        line = _ANCHOR.sub("", raw[:_LONGEST])
        heading = _HEADING.fullmatch(line.rstrip())
        said = plain(heading[2] or "").strip("# ") if heading else ""
        if code and heading and len(heading[1]) > 1 and said.lower() in SUBTITLES:
            code = False
        fence = _FENCE.match(line)
        if fence:
            code, language = not code, fence[1].lower()
            if code and language:
                languages.append(language)
        elif heading and not code:
            sections.append(Section(title, level, start, tuple(held)))
            title, level, start, held = said, len(heading[1]), number, []
        else:
            held.append(Line(number, line, code, language if code else ""))
    sections.append(Section(title, level, start, tuple(held)))
    return Page(file, tuple(sections), tuple(languages))


def rows(section: Section, *columns: str) -> Iterator[Row]:
    """The rows of the section's tables that have a header; `columns` name those of one that has lost it."""
    header: tuple[str, ...] = columns
    for line in section.prose():
        if not _PIPE.search(line.text):
            continue
        if "-" in line.text and _RULE.issuperset(line.text):
            continue
        cells = _cells(line.text)
        named = tuple(plain(cell).lower() for cell in cells)
        if any(words <= set(named) for words in _HEADERS):
            header = named
        elif header:
            yield Row(dict(zip(header, _fitted(cells, len(header)), strict=False)), line.number)


def _cells(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("|"):  # else a pipe at the end stands before an empty cell
        text = text[1:]
        if text.endswith("|") and not text.endswith("\\|"):
            text = text[:-1]
    return [cell.replace("\\|", "|").strip() for cell in _PIPE.split(text)]


def _fitted(cells: list[str], wanted: int) -> list[str]:
    """The cells without those that a pipe inside a type or a description has made."""
    made = [*cells]
    while len(made) > wanted and not made[-1]:
        made.pop()
    while len(made) > wanted and len(made) > 2 and _open(made[1]):
        made[1:3] = [f"{made[1]} | {made[2]}"]
    while len(made) > wanted > 2:
        made[2:4] = [f"{made[2]} | {made[3]}"]
    return made[:wanted]


def _open(cell: str) -> bool:
    said = html.unescape(cell)
    return said.count("<") > said.count(">") or said.count("**") % 2 == 1 or said.count("`") % 2 == 1


def plain(text: str) -> str:
    """Text without marks: entities, links, bold, code."""
    text = _BREAK.sub(" ", _LINK.sub(r"\1", text))
    text = html.unescape(text.replace("**", "").replace("`", ""))
    return " ".join(re.sub(r"\\([_*\[\]<>#|\"])", r"\1", text).split())


def bare(text: str) -> str:
    """A type's cell without marks that are not of the type: `[**[String]**](String.md)` is `[String]`."""
    text = text.strip()
    before = ""
    found = re.fullmatch(r"(Pointer to )?\s*\[(.*)\]\([^()]*\)", text)
    if found:
        before, text = found[1] or "", found[2]
    elif boxed := re.fullmatch(r"\[\*\*(.*)\*\*\]", text):
        text = boxed[1]
    return before + " ".join(html.unescape(text.replace("**", "").replace("`", "")).split())


def links(text: str) -> Iterator[tuple[str, str]]:
    """Text and target of each link."""
    for found in _LINK.finditer(text):
        yield plain(found[1]), found[2]
