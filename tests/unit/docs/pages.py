"""Reading Markdown as far as the tests of the docs need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"

_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?P<language>\S*)[^\n]*\n(?P<text>.*?)^(?P=fence)[ \t]*$", re.M | re.S
)
#: the last line before a block that is the text of a file: its path, alone in backticks
_TITLE = re.compile(r"^`(?P<path>[^`\n]+)`:\s*\Z", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and the file that it is, if the line before names one."""

    language: str
    text: str
    path: str | None


def blocks(page: str) -> Iterator[Block]:
    """Every fenced block of a page, in order."""
    for found in _FENCE.finditer(page):
        title = _TITLE.search(page[: found.start()])
        yield Block(found["language"], found["text"], title["path"] if title else None)


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page)
