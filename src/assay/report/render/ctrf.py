"""`ctrf.json`: a test for each clause, in the Common Test Report Format (ctrf.io)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from assay.model.contract import Json
from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.legible import one_line
from assay.report.news import News
from assay.report.result import ClauseResult, Report

_MESSAGE = 1000
_STATUS = {
    Standing.VERIFIED: "passed",
    Standing.UNWITNESSED: "skipped",
    Standing.INCONCLUSIVE: "other",
    Standing.OBSERVED: "skipped",
    Standing.VIOLATED: "other",
}


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `ctrf.json`, equal for equal reports; with `news`, tests say what became of them."""
    return {"ctrf.json": json.dumps(document(report, news), indent=1, ensure_ascii=True).encode() + b"\n"}


def document(report: Report, news: News | None = None) -> Json:
    """The report as plain JSON types."""
    tests = [_test(result, report, news) for result in report.clauses]
    counts = Counter(test["status"] for test in tests)
    flaky = sum(1 for test in tests if test.get("flaky"))
    header = report.header
    return {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "generatedBy": f"assay {header.version}",
        "results": {
            "tool": {"name": "assay", "version": header.version},
            "summary": {
                "tests": len(tests),
                **{name: counts[name] for name in ("passed", "failed", "skipped", "pending", "other")},
                "flaky": flaky,
                "start": _milliseconds(header.started),
                "stop": _milliseconds(report.finished or header.started),
            },
            "tests": tests,
            "environment": {
                "appName": ", ".join(map(report.title, report.apis)),
                "testEnvironment": header.target,
                "extra": {"profile": header.profile, "seed": header.seed, "contracts": header.digest},
            },
            "extra": {
                "complete": report.complete,
                "exitCode": int(report.exit_code),
                "reason": report.reason,
            },
        },
    }


def _test(result: ClauseResult, report: Report, news: News | None) -> dict[str, Json]:
    clause = result.clause
    told = [violation for violation in report.violations if violation.clause.id == clause.id]
    test: dict[str, Json] = {
        "name": clause.id,
        "status": _status(result, report),
        "duration": 0,
        "suite": [clause.api, clause.operation or clause.lifecycle or clause.api],
        "rawStatus": str(result.standing),
        "tags": [str(clause.kind), str(clause.strength)],
        "type": "contract",
    }
    if clause.place.file:
        test |= {"filePath": clause.place.file, "line": clause.place.line}
    if told:
        test["message"] = one_line(told[0].verdict.message, _MESSAGE)
        test["trace"] = "\n".join(one_line(step.evidence.curl, _MESSAGE) for step in told[0].history)
        test["flaky"] = all(violation.flaky for violation in told)
    elif result.reason:
        test["message"] = one_line(result.reason, _MESSAGE)
    if news is not None and (change := news.changes.get(clause.id)):
        test["extra"] = {"change": str(change), "since": news.before}
    return test


def _status(result: ClauseResult, report: Report) -> str:
    if fails(result, strict=report.header.strict):
        return "failed"
    return "pending" if result.pending else _STATUS[result.standing]


def _milliseconds(moment: str) -> int:
    try:
        return round(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp() * 1000)
    except ValueError:
        return 0
