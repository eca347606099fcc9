"""Annotations of a GitHub workflow: a command for each broken promise, at its line in the contract."""

from __future__ import annotations

from collections.abc import Mapping

from assay.report.annotation import MOST, command
from assay.report.exits import fails
from assay.report.news import News
from assay.report.result import Report, Violation
from assay.report.view import meaning


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `github.txt`, to be written to the job's standard output; what is new comes first and says so."""
    failing = {r.clause.id for r in report.clauses if fails(r, strict=report.header.strict)}
    fresh = [violation for violation in report.violations if news is not None and news.new(violation)]
    told = sorted(report.violations, key=lambda violation: violation not in fresh)[:MOST]
    lines = [_command(violation, failing, new=violation in fresh) for violation in told]
    if report.exit_code:
        lines.append(command("error", "Assay", meaning(report)))
    return {"github.txt": "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")}


def _command(violation: Violation, failing: set[str], *, new: bool) -> str:
    clause = violation.clause
    level = "error" if clause.id in failing else "notice" if violation.excuse else "warning"
    title = f"new: {clause.id}" if new else clause.id
    return command(level, title, violation.verdict.message or clause.title, clause.place)
