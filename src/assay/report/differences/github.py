"""`assay diff` as annotations of a GitHub workflow: each finding at its line in the new contracts."""

from __future__ import annotations

from assay.model.breaking import Diff, Finding, Level
from assay.report.annotation import MOST, command
from assay.report.differences.text import summary

_LEVELS = {Level.BREAKING: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(diff: Diff) -> str:
    """Workflow commands, the gravest first."""
    lines = [_command(finding) for finding in diff.findings[:MOST]]
    if len(diff.findings) > MOST or not diff.findings:
        lines.append(command("notice", "assay diff", summary(diff)))
    return "\n".join(lines)


def _command(finding: Finding) -> str:
    told = f"{finding.where}: {finding.message} {finding.fix}"
    # a line of the old side is none of what is checked out
    return command(_LEVELS[finding.level], finding.rule, told, finding.new)
