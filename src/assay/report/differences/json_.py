"""`assay diff` for programs: `assay-diff/1`."""

from __future__ import annotations

import json

from assay.model.breaking import Diff, Finding, Level
from assay.model.problem import Place
from assay.model.terms import Json

FORMAT = "assay-diff/1"


def render(diff: Diff) -> str:
    """The document; equal for equal diffs."""
    return json.dumps(document(diff), indent=2, ensure_ascii=False)


def document(diff: Diff) -> Json:
    """Counts, and each finding with both places."""
    return {
        "format": FORMAT,
        "old": diff.old,
        "new": diff.new,
        "summary": {str(level): diff.count(level) for level in Level},
        "operations": {"compared": diff.compared, "all": diff.operations},
        "lifecycles_compared": diff.lifecycles,
        "findings": [_finding(finding) for finding in diff.findings],
    }


def _finding(finding: Finding) -> Json:
    found = {
        "rule": finding.rule,
        "level": str(finding.level),
        "breaks": str(finding.whom),
        "api": finding.api,
        "subject": finding.subject,
        "at": finding.at,
        "message": finding.message,
        "fix": finding.fix,
        "source": finding.source,
        "strength": str(finding.strength),
        "before": finding.before,
        "after": finding.after,
        "old": _place(finding.old),
        "new": _place(finding.new),
    }
    return {**found, "sample": json.loads(finding.sample)} if finding.sample else found


def _place(place: Place) -> Json:
    return {"file": place.file, "line": place.line, "column": place.column, "pointer": place.pointer}
