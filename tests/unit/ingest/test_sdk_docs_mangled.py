"""Whatever became of pages on their way: they are imported without a traceback, and lint has no error to tell."""

from __future__ import annotations

import random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assay.ingest.imported import Imported, Origin
from assay.ingest.openapi import read_document
from assay.ingest.sdk_docs import Names, is_page, named_pages, read_pages
from assay.ingest.version import NoDocument
from unit.ingest.sdk_templates import LANGUAGES, pages
from unit.ingest.test_import_anything import errors, without_operations

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
#: pieces that mean something in such pages
_PIECES = ("|", "\\|", "`", "```", "**", "#", "## ", "### Parameters", "[", "](", ")", "<", ">", "&lt;", "{", "}", "/",
           "\u2028", "\x00", "\ud800", "\ufeff", "\r", "$ref", "NullableString", "[][]", "Map<", "(value: `",
           "Enum: ", "\\",
           "Pointer to ", "'", '"', "1e999", "NaN", "[default to ", "<br>", "0", "https://[", "%", "~1")  # fmt: skip


def read_and_imported(files: dict[str, str], names: Names | None = None) -> Imported | None:
    """The contracts; None where it is said that there are none."""
    try:
        docs = read_pages(files, names)
    except NoDocument as refused:
        if not str(refused).startswith("Cannot import "):
            raise
        return None
    assert all(isinstance(question, str) and question for question in docs.questions)
    return read_document(docs.document, name="library", doubts=docs.doubts, questions=docs.questions,
                         origin=Origin("sdk-docs", "pages of its SDK", docs.places))  # fmt: skip


def _same(text: str, _draw: random.Random) -> str:
    return text


def _carriage_returns(text: str, _draw: random.Random) -> str:
    return "\ufeff" + text.replace("\n", "\r\n")


def _no_blank_lines(text: str, _draw: random.Random) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())


def _tight_headings(text: str, _draw: random.Random) -> str:
    return text.replace("# ", "#")


def _no_rules(text: str, _draw: random.Random) -> str:
    return "\n".join(line for line in text.splitlines() if not set(line) <= set("|- "))


def _cut(text: str, draw: random.Random) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _lost_lines(text: str, draw: random.Random) -> str:
    return "\n".join(line for line in text.splitlines() if draw.random() > 0.15)


def _swapped_lines(text: str, draw: random.Random) -> str:
    lines = text.splitlines()
    for _ in range(6):
        if lines:
            one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _lost_characters(text: str, draw: random.Random) -> str:
    return "".join(character for character in text if draw.random() > 0.02)


def _put_in(text: str, draw: random.Random) -> str:
    for _ in range(25):
        at = draw.randrange(len(text) + 1)
        text = text[:at] + draw.choice(_PIECES) + text[at:]
    return text


_HARMLESS = (_same, _carriage_returns, _no_blank_lines, _tight_headings, _no_rules)
_HARMFUL = (_cut, _lost_lines, _swapped_lines, _lost_characters, _put_in)


@given(st.sampled_from(list(LANGUAGES)), st.sampled_from(_HARMLESS))
@settings(max_examples=40, deadline=None, phases=_PHASES)
def test_what_carries_no_meaning_changes_none(name: str, mangle: object) -> None:
    """Line ends, a mark at the beginning, blank lines, rules of tables: without them the same is told."""
    draw = random.Random(0)
    before = read_pages(pages(name), Names.SNAKE).document
    assert callable(mangle)
    assert (
        read_pages({file: mangle(text, draw) for file, text in pages(name).items()}, Names.SNAKE).document
        == before
    )


@given(
    st.sampled_from(list(LANGUAGES)),
    st.lists(st.sampled_from(_HARMFUL), min_size=1, max_size=3),
    st.integers(0, 10**6),
    st.sampled_from([None, *Names]),
)
@settings(max_examples=80, deadline=None, phases=_PHASES)
def test_mangled_pages_are_imported_or_refused(
    name: str, mangles: list[object], seed: int, names: Names | None
) -> None:
    """Less is promised, or it is said that nothing is told; what is left is sound."""
    draw = random.Random(seed)
    files = pages(name)
    for mangle in mangles:
        assert callable(mangle)
        files = {file: mangle(text, draw) for file, text in files.items()}
    for text in files.values():
        is_page(text)
        named_pages(text)
    made = read_and_imported(files, names)
    assert made is None or without_operations(made) or errors(made) == []


@given(st.dictionaries(st.sampled_from(["README.md", "AApi.md", "B.md"]), st.lists(st.sampled_from(
    [*_PIECES, "\n", "Method | HTTP request\n--|--\n", "a | GET /a/{b}\n", "Name | Type\n", "# a\n", "## Properties\n"],
), max_size=40).map("".join), min_size=1))  # fmt: skip
@settings(max_examples=80, deadline=None, phases=_PHASES)
def test_made_up_pages_are_imported_or_refused(files: dict[str, str]) -> None:
    """Pages of pieces that mean something, in any order."""
    made = read_and_imported(files)
    assert made is None or without_operations(made) or errors(made) == []
