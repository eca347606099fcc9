"""Annotations of a GitHub workflow: a command for each broken promise, at its line in the contract.

What an API says cannot become a command of its own: line ends, `%`, and in properties `:` and `,` are escaped, as the
runner's documentation of workflow commands asks.
"""

from __future__ import annotations

from collections.abc import Mapping

from assay.report.exits import fails
from assay.report.legible import one_line
from assay.report.news import News
from assay.report.result import Report, Violation
from assay.report.view import meaning

_MESSAGE = 500
#: GitHub shows ten of each level and step
_MOST = 50


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `github.txt`, to be written to the job's standard output; what is new comes first and says so."""
    failing = {r.clause.id for r in report.clauses if fails(r, strict=report.header.strict)}
    fresh = [violation for violation in report.violations if news is not None and news.new(violation)]
    told = sorted(report.violations, key=lambda violation: violation not in fresh)[:_MOST]
    lines = [_command(violation, failing, new=violation in fresh) for violation in told]
    if report.exit_code:
        lines.append(f"::error title=Assay::{_data(meaning(report))}")
    return {"github.txt": "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")}


def _command(violation: Violation, failing: set[str], *, new: bool) -> str:
    clause, place = violation.clause, violation.clause.place
    level = "error" if clause.id in failing else "notice" if violation.excuse else "warning"
    properties = {
        "file": place.file,
        "line": str(place.line or ""),
        "col": str(place.column or ""),
        "title": f"new: {clause.id}" if new else clause.id,
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{level} {told}::{_data(violation.verdict.message or clause.title)}"


def _data(text: str) -> str:
    return one_line(text, _MESSAGE).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
