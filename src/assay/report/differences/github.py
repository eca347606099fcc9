"""`assay diff` as annotations of a GitHub workflow: each finding at its line in the new contracts."""

from __future__ import annotations

from assay.model.breaking import Diff, Finding, Level
from assay.report.differences.text import summary
from assay.report.legible import one_line

_MESSAGE = 600
#: GitHub shows ten of each level and step
_MOST = 50
_LEVELS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(diff: Diff) -> str:
    """Workflow commands, the gravest first."""
    lines = [_command(finding) for finding in diff.findings[:_MOST]]
    if len(diff.findings) > _MOST or not diff.findings:
        lines.append(f"::notice title=assay diff::{_data(summary(diff))}")
    return "\n".join(lines)


def _command(finding: Finding) -> str:
    # a line of the old side is none of what is checked out
    place = finding.new
    properties = {
        "file": place.file,
        "line": str(place.line or ""),
        "col": str(place.column or ""),
        "title": finding.rule,
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{_LEVELS[finding.level]} {told}::{_data(f'{finding.where}: {finding.message} {finding.fix}')}"


def _data(text: str) -> str:
    """Escaped as GitHub's workflow commands ask for."""
    return one_line(text, _MESSAGE).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
