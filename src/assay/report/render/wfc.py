"""`wfc-report.json`: the report that fuzzers exchange (Web Fuzzing Commons, `report.yaml` 0.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from assay.model.contract import Json
from assay.model.verdict import ClauseKind, Standing
from assay.report.legible import one_line
from assay.report.result import Report, Violation
from assay.report.view import duration, sent

#: the classification of faults: a server error, an answer that does not match its schema, a success for wrong data, and
#: what is one's own
_SERVER, _SCHEMA, _ACCEPTED, _OURS = 100, 101, 102, 900
_CODES = {
    ClauseKind.SERVER_ERROR: _SERVER,
    ClauseKind.SHAPE: _SCHEMA,
    ClauseKind.CONTENT_TYPE: _SCHEMA,
    ClauseKind.STATUSES: _SCHEMA,
    ClauseKind.REJECTS: _ACCEPTED,
}


def render(report: Report) -> Mapping[str, bytes]:
    """The one file `wfc-report.json`, equal for equal reports."""
    return {"wfc-report.json": json.dumps(document(report), indent=1, ensure_ascii=True).encode() + b"\n"}


def document(report: Report) -> Json:
    """The report as plain JSON types: a test case is a broken promise with its shortest history."""
    endpoints = {
        (matrix.api, row.operation): f"{row.method.upper()}:{row.path}"
        for matrix in report.matrices
        for row in matrix.rows
    }
    faults = {(_CODES.get(v.clause.kind, _OURS), v.clause.id) for v in report.violations}
    return {
        "schemaVersion": "0.2.0",
        "toolName": "Assay",
        "toolVersion": report.header.version,
        "creationTime": _moment(report.finished or report.header.started),
        "faults": {
            "totalNumber": len(faults),
            "foundFaults": [_fault(violation, endpoints) for violation in report.violations],
        },
        "problemDetails": {
            "rest": {
                "outputHttpCalls": sum(len(violation.history) for violation in report.violations),
                "evaluatedHttpCalls": sent(report),
                "endpointIds": sorted(set(endpoints.values())),
                "coveredHttpStatus": _covered(report, endpoints),
            }
        },
        "totalTests": len(report.violations),
        "testFilePaths": ["report.json"],
        "testCases": [
            {"id": v.fingerprint, "filePath": "report.json", "name": one_line(v.clause.id, 300)}
            for v in report.violations
        ],
        "executionTimeInSeconds": round(duration(report) or 0),
    }


def _fault(violation: Violation, endpoints: Mapping[tuple[str, str], str]) -> Json:
    clause = violation.clause
    operation = clause.operation or (violation.history[-1].case.operation if violation.history else "")
    endpoint = endpoints.get((clause.api, operation), clause.id)
    category = {"code": _CODES.get(clause.kind, _OURS), "context": clause.id}
    # the published schema requires a name that it does not define beside the one that it does
    return {
        "operationId": endpoint,
        "endpointId": endpoint,
        "testCaseId": violation.fingerprint,
        "faultCategories": [category],
    }


def _covered(report: Report, endpoints: Mapping[tuple[str, str], str]) -> list[Json]:
    """The documented statuses that were seen, and with which broken promise an undocumented one was."""
    seen: dict[str, set[int]] = {}
    for result in report.clauses:
        clause = result.clause
        witnessed = clause.kind is ClauseKind.STATUS and result.standing is Standing.VERIFIED
        endpoint = endpoints.get((clause.api, clause.operation or ""))
        if witnessed and endpoint is not None and clause.status is not None and clause.status.isdigit():
            seen.setdefault(endpoint, set()).add(int(clause.status))
    for item in report.undocumented:
        endpoint = endpoints.get((item.api, item.operation))
        if endpoint is not None:
            seen.setdefault(endpoint, set()).add(item.status)
    return [
        {"endpointId": endpoint, "testCaseId": report.header.run, "httpStatus": sorted(statuses)}
        for endpoint, statuses in sorted(seen.items())
    ]


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).isoformat()
    except ValueError:
        return text
