"""`report.html`: one file for people. Needs no network and no JavaScript, and lets nothing an API sent act.

Autoescape makes text harmless, a content security policy forbids whatever might slip through, and characters
that cannot be seen are spelled out (`legible`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assay.model.contract import Strength
from assay.model.event import Noted, Step
from assay.model.verdict import Standing
from assay.report import cleanup, levels_told, timeline, view
from assay.report.drawing import svg
from assay.report.graph import Overlay, accusations, graph
from assay.report.legible import excerpt, indented, one_line, visible
from assay.report.mermaid import mermaid
from assay.report.render.picture import sheet
from assay.report.result import ClauseResult, Coverage, LifecycleTable, Matrix, Report, Violation

#: characters of a sentence, and of a body, that a page shows
_SENTENCE, _BODY = 400, 12000


def render(report: Report) -> Mapping[str, bytes]:
    """The one file `report.html`, equal for equal reports."""
    template = _environment().get_template("report.html.j2")
    page = template.render(report=report, sections=_sections(report), style=_style(), policy=_policy())
    return {"report.html": page.encode("utf-8", "backslashreplace")}


@dataclass(frozen=True, slots=True)
class _Sections:
    """What the page shows, in its order."""

    headline: str
    meaning: str
    sent: int
    apis: tuple[view.Headline, ...]
    violations: tuple[Violation, ...]
    suspected: tuple[Violation, ...]
    matrices: tuple[tuple[Matrix, tuple[LifecycleTable, ...]], ...]
    #: by api and lifecycle
    coverage: Mapping[tuple[str, str], Coverage]
    unwitnessed: tuple[view.Group, ...]
    inconclusive: tuple[ClauseResult, ...]
    silent: tuple[ClauseResult, ...]
    unasked: int
    remarks: tuple[Noted, ...]
    #: what the run made and could not end, and how much that is
    left: tuple[str, ...]
    left_count: int


def _sections(report: Report) -> _Sections:
    silent = [r for r in report.clauses if r.clause.strength is Strength.SILENT]
    return _Sections(
        headline=view.overall(report),
        meaning=view.meaning(report),
        sent=view.sent(report),
        apis=view.headlines(report),
        violations=view.broken(report),
        suspected=view.suspected(report),
        matrices=_by_api(report),
        coverage={(found.api, found.name): found for found in report.coverage},
        unwitnessed=view.grouped(view.with_standing(report, Standing.UNWITNESSED)),
        inconclusive=view.with_standing(report, Standing.INCONCLUSIVE),
        silent=view.observed(report),
        unasked=sum(1 for r in silent if not r.outcomes),
        remarks=view.remarks(report),
        left=cleanup.lines(report.cleaned),
        left_count=cleanup.count(report.cleaned),
    )


def _by_api(report: Report) -> tuple[tuple[Matrix, tuple[LifecycleTable, ...]], ...]:
    matrices = {matrix.api: matrix for matrix in report.matrices}
    found = []
    for api in report.apis:
        tables = tuple(table for table in report.tables if table.api == api)
        if api in matrices or tables:
            found.append((matrices.get(api, Matrix(api, (), ())), tables))
    return tuple(found)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assay.report.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "visible": visible,
        "sentence": lambda text: one_line(text, _SENTENCE),
        "short": lambda text: one_line(text, 120),
        "body": lambda text: excerpt(indented(text), _BODY),
        "promises": view.promises,
        "question": view.question,
        "tally": view.tally,
        "gap": view.gap,
        "anchor": _anchor,
        "moment": _moment,
    }
    environment.globals |= {
        "source_of": view.source_of,
        "column_title": lambda column: view.COLUMN_TITLES.get(column, column),
        "column_meaning": lambda column: view.COLUMN_MEANINGS.get(column, ""),
        "symbols": view.SYMBOLS,
        "duration": _duration,
        "answer": _answer,
        "drawing": _drawing,
        "extents": view.extents,
        "levels": levels_told,
        "races": _races,
        "Standing": Standing,
    }
    return environment


@cache
def _style() -> str:
    return "".join(map(sheet, ("palette", "report", "drawing")))


@cache
def _policy() -> str:
    """Nothing may load, run or be sent; only this very style sheet applies (CSP Level 3 §6.7)."""
    # between the tags stands a line break before and after the style sheet
    digest = base64.b64encode(hashlib.sha256(f"\n{_style()}\n".encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A lifecycle twice: to look at, and to paste elsewhere."""

    svg: Markup
    mermaid: str


def _drawing(table: LifecycleTable, violations: Sequence[Violation], walked: Coverage | None) -> _Drawing:
    gaps = walked.transitions.gaps if walked else ()
    unseen = frozenset((gap.state, gap.operation, gap.to) for gap in gaps)
    drawn = graph(table, overlay=Overlay(accusations(table, violations), unseen))
    # the drawing escapes every text that goes into it
    return _Drawing(Markup(svg(drawn, _anchor(f"{drawn.name} drawing"))), mermaid(drawn))  # noqa: S704


@dataclass(frozen=True, slots=True)
class _Race:
    """Requests that were sent at once, drawn."""

    title: str
    svg: Markup


def _races(violation: Violation) -> tuple[_Race, ...]:
    # the drawing escapes every text that goes into it
    return tuple(
        _Race(race.title, Markup(timeline.svg(race, _anchor(f"{violation.fingerprint} race {number}"))))  # noqa: S704
        for number, race in enumerate(timeline.timelines(violation.history))
    )


def _anchor(text: str) -> str:
    """A fragment name that any text maps to, without characters that mean something in a URL."""
    return "c-" + hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _moment(text: str) -> str:
    """An ISO 8601 moment as people write it; anything else as it is."""
    if len(text) >= 19 and text[10:11] == "T":
        zone = " UTC" if text.endswith(("Z", "+00:00")) else ""
        return f"{text[:10]} {text[11:19]}{zone}"
    return visible(text)


def _duration(report: Report) -> str:
    seconds = view.duration(report)
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _answer(step: Step) -> str:
    """What came back, in a few words."""
    evidence = step.evidence
    if evidence.status is None:
        return f"no response ({one_line(evidence.failure or 'unknown', 80)})"
    return f"{evidence.status} {one_line(evidence.reason, 40)}".strip()
