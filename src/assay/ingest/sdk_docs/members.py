"""Rows of tables of parameters, properties and enums, which all languages write nearly alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from assay.ingest.sdk_docs.markdown import Page, Row, Section, bare, plain, rows
from assay.ingest.sdk_docs.pages import Member

_COLUMNS: Final = ("name", "type", "description", "notes")
_OPTIONAL: Final = re.compile(r"[\[(]\s*optional\s*[\])]", re.I)
_READ_ONLY: Final = re.compile(r"[\[(]\s*read-?\s?only\s*[\])]", re.I)
_DEFAULT: Final = re.compile(r"[\[(]?\bdefaults? to\s+(.+?)[\])]*\s*$", re.I)
_DEFAULT_IN: Final = re.compile(r"[\[(]defaults? to\s+([^\])]*)[\])]", re.I)
_CHOICES: Final = re.compile(r"\[enum:\s*([^\]]*)\]", re.I)
#: characters of notes and of a value
_LONGEST: Final = 1_000
#: words for no value at all
_NOTHING: Final = frozenset({"undefined", "null", "none", "nil", ""})
#: `* `PLACED` (value: `"placed"`)`
_VALUE: Final = re.compile(r"\s*[*+-]\s+(.*?)\(value:\s*(.+?)\)\s*")
#: what generators write where a document has no example
_PLACEHOLDER: Final = re.compile(r".*_example|[A-Za-z]+ExampleExample|", re.I)
#: `let token = "abc"; // String | …`
_EXAMPLE: Final = re.compile(
    r"\s*(?:(?:let|var|const|String)\s+)?\$?([A-Za-z_]\w*)\s*:?=\s*([\"'])([^\"']*)\2\s*;?\s*(?://|#)"
)
#: rows that stand for no member: Go's context, Python's catch-all
_NO_MEMBER: Final = frozenset({"ctx", "any string name", "any_string_name"})


def members(page: Page, section: Section, *, path: bool = False, said: bool = True) -> Iterator[Member]:
    """The members that the section's tables tell. `said`: does this table tell which are optional?"""
    for row in rows(section, *_COLUMNS):
        name = plain(row.cell("name"))
        if not name or " " in name.strip() or name.lower() in _NO_MEMBER or "type" not in row.cells:
            continue
        yield _member(page, row, name, path=path, said=said)


def _member(page: Page, row: Row, name: str, *, path: bool, said: bool) -> Member:
    notes = plain(row.cell("notes"))[:_LONGEST]
    told = "notes" in row.cells and said
    choices = _CHOICES.search(notes)
    return Member(
        name,
        bare(row.cell("type")),
        plain(row.cell("description")),
        not _OPTIONAL.search(notes) if told or _OPTIONAL.search(notes) else None,
        page.at(row.line),
        _default(notes),
        tuple(part.strip() for part in choices[1].split(",") if part.strip()) if choices else (),
        _READ_ONLY.search(notes) is not None,
        path=path,
    )


def _default(notes: str) -> str:
    found = _DEFAULT_IN.search(notes) or _DEFAULT.search(notes)
    told = found[1].strip() if found else ""
    return "" if told.lower() in _NOTHING else told


def examples(lines: Iterable[str]) -> Mapping[str, str]:
    """Texts that an example gives to variables, other than those that a generator makes up."""
    made: dict[str, str] = {}
    for line in lines:
        found = _EXAMPLE.match(line)
        if found and not _PLACEHOLDER.fullmatch(found[3]):
            made.setdefault(found[1], found[3])
    return made


def values(section: Section) -> tuple[str | float | int | bool | None, ...]:
    """The values of an enum: of a list or a table."""
    found: list[str] = []
    for line in section.prose():
        listed = _VALUE.fullmatch(line.text[:_LONGEST])
        if listed:
            found.append(listed[2])
    found.extend(row.cell("value") for row in rows(section) if "value" in row.cells)
    made = [literal(text) for text in found]
    return tuple(value for index, value in enumerate(made) if value not in made[:index])


def literal(text: str) -> str | float | int | bool | None:
    """A value as languages write it: `"a"`, `'a'`, `1`, `true`; anything else is a text."""
    text = plain(text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    try:
        value = json.loads(text.lower() if text in {"True", "False"} else text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, int | float | bool) and value == value else text  # noqa: PLR0124 - no NaN
