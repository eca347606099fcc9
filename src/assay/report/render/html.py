"""`report.html`: one file for people. Needs no network, works without JavaScript, and lets nothing an API sent act.

Autoescape makes text harmless, a content security policy forbids whatever might slip through (it names the page's own
style sheet and script by their hashes), and characters that cannot be seen are spelled out (`legible`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from assay.model.contract import Strength
from assay.model.event import Noted
from assay.model.verdict import Standing
from assay.report import cleanup, view
from assay.report.legible import excerpt, indented, one_line, visible
from assay.report.past import UNASKED, Past
from assay.report.render.page import parts
from assay.report.render.page.anchors import anchor
from assay.report.render.page.contrast import Documented, differences
from assay.report.render.page.looks import Look, Types, looks
from assay.report.render.page.overview import Card, Since, cards, since
from assay.report.render.page.register import LETTERS, MANY, Unit, chunks, place_of, units
from assay.report.render.page.timing import Time, milliseconds, times
from assay.report.render.picture import sheet
from assay.report.result import ClauseResult, Coverage, LifecycleTable, Matrix, Report, Violation

#: characters of a sentence, and of a body, that a page shows; of a body where there are many violations
_SENTENCE, _BODY, _BODY_OF_MANY = 400, 12000, 1500
#: violations that are told with all there is to see; beyond, with what sends them again
_WHOLE, _MANY = 120, 30
#: operations that are shown at once
_LONG = 120


def render(report: Report, past: Past = UNASKED) -> Mapping[str, bytes]:
    """The one file `report.html`, equal for equal reports and pasts."""
    template = _environment().get_template("report.html.j2")
    page = template.render(
        report=report,
        past=past,
        sections=_sections(report, past),
        documented=Documented(report),
        types=Types(report),
        at=place_of(report, anchor),
        apis={name: number for number, name in enumerate(report.apis)},
        style=_style(),
        script=_script(),
        policy=_policy(),
    )
    if len(report.clauses) > MANY:
        # a browser keeps each line break as something of its own, and there are a hundred thousand
        head, body, rest = page.partition("<body>")
        page = head + body + rest.replace(">\n<", "><")
    return {"report.html": page.encode("utf-8", "backslashreplace")}


@dataclass(frozen=True, slots=True)
class _Sections:
    """What the page shows, in its order."""

    headline: str
    meaning: str
    sent: int
    cards: tuple[Card, ...]
    since: tuple[Since, ...]
    violations: tuple[Violation, ...]
    #: those of them that are told with all there is to see
    whole: frozenset[str]
    #: characters of a body
    body: int
    suspected: tuple[Violation, ...]
    matrices: tuple[tuple[Matrix, tuple[LifecycleTable, ...]], ...]
    #: there are so many lifecycles that each is folded up, and told in short
    folded: bool
    #: there are so many operations that each API's are folded up
    long: bool
    #: by api and lifecycle
    coverage: Mapping[tuple[str, str], Coverage]
    times: tuple[Time, ...]
    looks: tuple[Look, ...]
    unwitnessed: tuple[view.Group, ...]
    inconclusive: tuple[ClauseResult, ...]
    silent: tuple[ClauseResult, ...]
    unasked: int
    remarks: tuple[Noted, ...]
    #: what the run made and could not end, and how much that is
    left: tuple[str, ...]
    left_count: int
    units: tuple[Unit, ...]


def _sections(report: Report, past: Past) -> _Sections:
    silent = [r for r in report.clauses if r.clause.strength is Strength.SILENT]
    broken, suspected = view.broken(report), view.suspected(report)
    shown = [*broken, *suspected]
    folded = len(report.tables) > _MANY
    return _Sections(
        headline=view.overall(report),
        meaning=view.meaning(report),
        sent=view.sent(report),
        cards=cards(report, past),
        since=since(report, past),
        violations=broken,
        whole=frozenset(violation.fingerprint for violation in shown[:_WHOLE]),
        body=_BODY_OF_MANY if len(shown) > _MANY else _BODY,
        suspected=suspected,
        matrices=_by_api(report),
        folded=folded,
        long=sum(len(matrix.rows) for matrix in report.matrices) > _LONG,
        coverage={(found.api, found.name): found for found in report.coverage},
        times=times(report, past),
        looks=looks(report),
        unwitnessed=view.grouped(view.with_standing(report, Standing.UNWITNESSED)),
        inconclusive=view.with_standing(report, Standing.INCONCLUSIVE),
        silent=view.observed(report),
        unasked=sum(1 for r in silent if not r.outcomes),
        remarks=view.remarks(report),
        left=cleanup.lines(report.cleaned),
        left_count=cleanup.count(report.cleaned),
        units=units(report),
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
        "exact": lambda text: excerpt(text, _SENTENCE),
        "short": lambda text: one_line(text, 120),
        "body": lambda text, limit: excerpt(indented(text), limit),
        "promises": view.promises,
        "question": view.question,
        "tally": view.tally,
        "gap": view.gap,
        "anchor": anchor,
        "moment": parts.moment,
        "breakable": parts.breakable,
        "milliseconds": milliseconds,
        "thousands": lambda number: f"{number:,}".replace(",", "\N{NO-BREAK SPACE}"),
    }
    environment.globals |= {
        "source_of": view.source_of,
        "column_meaning": lambda column: view.COLUMN_MEANINGS.get(column, ""),
        "letters": LETTERS,
        "duration": parts.duration,
        "answer": parts.answer,
        "drawing": parts.drawing,
        "extents": view.extents,
        "races": parts.races,
        "sequence": parts.sequence_of,
        "differences": differences,
        "chunks": chunks,
        "standings": _standings,
        "Standing": Standing,
        "Strength": Strength,
    }
    return environment


def _standings(results: Sequence[object]) -> str:
    """The standings there are among those, for the filter."""
    return " ".join(dict.fromkeys(str(getattr(result, "standing", "")) for result in results))


@cache
def _style() -> str:
    return "".join(map(sheet, ("palette", "report", "page", "drawing")))


@cache
def _script() -> str:
    return files("assay.report.render").joinpath("templates", "page.js").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """Nothing may load or be sent; only these very style sheets and scripts act (CSP Level 3 §6.7)."""
    return (
        f"default-src 'none'; style-src {_hash(_style())}; script-src {_hash(_script())}; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    # between the tags stands a line break before and after
    digest = base64.b64encode(hashlib.sha256(f"\n{text}\n".encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
