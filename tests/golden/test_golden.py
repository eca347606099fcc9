"""One run, rendered three ways, compared with what a person has looked at.

After a wanted change: `ASSAY_GOLDEN=write pytest tests/golden`, then read the difference.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import jsonschema_rs
import pytest
from rich.console import Console

from assay.model.verdict import Standing
from assay.report.fold import fold
from assay.report.merge import merge
from assay.report.past import Earlier, Past, counted
from assay.report.record import record
from assay.report.render import html, json_, terminal
from assay.report.result import Report
from assay.report.trend import compare
from golden.story import SECRET, events

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PUBLISHED = ROOT / "docs" / "report.schema.json"
PACKAGED = ROOT / "src" / "assay" / "report" / "schema" / "report.schema.json"


def _report() -> Report:
    return fold(events())


def _past() -> Past:
    """Two earlier runs; of the last one, less was broken, and something else."""
    now = record(_report())
    marks = [
        replace(mark, standing=Standing.VERIFIED) if "active" in mark.clause else mark for mark in now.marks
    ]
    marks = [
        replace(mark, standing=Standing.VIOLATED) if "answers" in mark.clause else mark for mark in marks
    ]
    head = replace(now.head, run="r2", started="2026-11-19T22:00:00Z", branch="main")
    before = replace(now, head=head, marks=tuple(marks))
    first = replace(head, run="r1", started="2026-11-18T22:00:00Z")
    return Past((Earlier(first, counted(now.marks)), Earlier(head, counted(marks))), compare(before, now))


def _renderings() -> dict[str, bytes]:
    report = _report()
    where = "reports/latest/report.html"
    return {
        **json_.render(report),
        **html.render(report, _past()),
        "terminal.txt": terminal.render(report, where).encode(),
        "terminal-narrow-ascii.txt": terminal.render(report, where, width=60, encoding="ascii").encode(),
    }


@pytest.mark.parametrize("name", sorted(_renderings()))
def test_renderings_are_what_they_were(name: str) -> None:
    """Every byte a renderer writes was looked at by somebody."""
    rendered, golden = _renderings()[name], HERE / name
    if os.environ.get("ASSAY_GOLDEN") == "write":
        golden.write_bytes(rendered)
    # git may have changed line ends on the way
    assert rendered.decode() == golden.read_bytes().decode().replace("\r\n", "\n")


@pytest.mark.parametrize("name", sorted(_renderings()))
def test_no_rendering_holds_the_secret(name: str) -> None:
    """The story's API echoes the token in a body."""
    assert SECRET.encode() not in _renderings()[name]


def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(PACKAGED.read_text("utf-8")))


def test_the_published_schema_is_the_packaged_one() -> None:
    """There is one schema, in two places."""
    assert PUBLISHED.read_text("utf-8") == PACKAGED.read_text("utf-8")


@pytest.mark.parametrize("cut", range(len(events())))
def test_every_report_fits_its_schema(cut: int) -> None:
    """However early the run ended."""
    document = json_.document(fold(events()[: cut + 1]))
    assert [error.message for error in _validator().iter_errors(document)] == []


def test_the_schema_refuses_other_things() -> None:
    """A schema that accepts everything would be no schema."""
    document = json_.document(_report())
    document["clauses"][0]["standing"] = "fine"
    assert not _validator().is_valid(document)
    assert not _validator().is_valid({"format": "assay-report/2"})


def test_a_merged_run_renders_like_the_run() -> None:
    """Shards leave no trace in a report."""
    assert json_.render(fold(merge([events()]))) == json_.render(_report())


class _Page(HTMLParser):
    """What a browser would find on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.style = self.script = ""
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "style":
            self.style += data
        if self._in == "script":
            self.script += data


@pytest.fixture(scope="module")
def page() -> _Page:
    """The story's page, parsed."""
    parsed = _Page()
    parsed.feed(html.render(_report(), _past())["report.html"].decode())
    return parsed


def test_nothing_an_api_sent_becomes_markup(page: _Page) -> None:
    """No script, no event handler, no foreign element: what was sent is text."""
    known = {
        *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article"),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "a",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "div",
            "span",
            "strong",
            "footer",
        ),
        *("small", "details", "summary", "pre", "code", "bdi", "br", "table", "caption", "thead", "tbody"),
        *("tr", "th", "td", "figure", "figcaption"),
        *("svg", "title", "desc", "g", "path", "rect", "circle", "line", "text", "tspan"),
        *("script", "form", "label", "input", "select", "option", "button", "output", "del", "ins", "wbr"),
    }
    assert {tag for tag, _ in page.tags} <= known
    assert [tag for tag, _ in page.tags].count("script") == 1
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "src", "srcset"}}


def test_links_lead_to_sources_or_within_the_page(page: _Page) -> None:
    """A source with a `javascript:` address is text, not a link."""
    links = [attributes.get("href") or "" for tag, attributes in page.tags if tag == "a"]
    assert {link for link in links if not link.startswith("#")} == {"https://docs.example/multi?a=1&b=<2>"}
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_ids_are_unique(page: _Page) -> None:
    """Otherwise links and labels would mean something else."""
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_page_forbids_everything_but_its_own_style_and_script(page: _Page) -> None:
    """The policy names these very two by their hashes and allows nothing else."""
    policies = [a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    style, script = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (page.style, page.script)
    )
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'"
    ]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(|fetch|XMLHttp", page.script
    )
    assert not re.search(r"url\(|@import|@font-face", page.style)


def test_unseen_characters_are_spelled_out() -> None:
    """Marks that turn text around, and NUL, are shown instead of acting."""
    for name in ("report.html", "terminal.txt"):
        text = _renderings()[name].decode()
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\x00\x1b]", text)
        assert "⟨U+202E⟩" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_terminal_lines_are_no_wider_than_the_terminal(width: int) -> None:
    """Nothing wraps by accident."""
    assert max(len(line) for line in terminal.render(_report(), width=width).splitlines()) <= width


def test_colours_are_for_terminals_only() -> None:
    """A terminal gets them, a pipe does not."""
    console = Console(force_terminal=True, color_system="standard", width=100, file=StringIO())
    with console.capture() as captured:
        console.print(terminal.Summary(_report()))
    assert "\x1b[" in captured.get()
    assert "\x1b" not in terminal.render(_report())
