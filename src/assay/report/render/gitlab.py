"""`gl-code-quality.json`: broken promises at their lines in the contracts, for the Code Quality widget of GitLab."""

from __future__ import annotations

import json
from collections.abc import Mapping

from assay.model.contract import Json, Strength
from assay.report.exits import fails
from assay.report.legible import one_line
from assay.report.result import Report, Violation

_MESSAGE = 500
_SEVERITIES = {Strength.DOCUMENTED: "major", Strength.EXEMPLIFIED: "minor", Strength.SILENT: "info"}


def render(report: Report) -> Mapping[str, bytes]:
    """The one file `gl-code-quality.json`: an array, empty where nothing is broken."""
    failing = {r.clause.id for r in report.clauses if fails(r, strict=report.header.strict)}
    found = [_issue(violation, failing) for violation in report.violations]
    return {"gl-code-quality.json": json.dumps(found, indent=1, ensure_ascii=True).encode() + b"\n"}


def _issue(violation: Violation, failing: set[str]) -> Json:
    clause = violation.clause
    severity = (
        "critical" if clause.id in failing else "info" if violation.excuse else _SEVERITIES[clause.strength]
    )
    return {
        "type": "issue",
        "check_name": str(clause.kind),
        "description": f"{clause.id}: {one_line(violation.verdict.message or clause.title, _MESSAGE)}",
        "fingerprint": violation.fingerprint,
        "severity": severity,
        "location": {"path": clause.place.file or clause.api, "lines": {"begin": max(clause.place.line, 1)}},
    }
