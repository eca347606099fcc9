"""`report.json`: the report for machines, format `assay-report/1`. Its schema is in `report/schema/`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from assay.model.contract import Json
from assay.model.event import Step
from assay.model.verdict import Standing
from assay.report import cleanup
from assay.report.log import case_to_json
from assay.report.render import json_tables as tables
from assay.report.result import (
    ClauseResult,
    Report,
    UndocumentedStatus,
    Violation,
)
from assay.report.timeline import began
from assay.report.view import EXCUSES, meaning, sent

FORMAT = "assay-report/1"


def render(report: Report) -> Mapping[str, bytes]:
    """The one file `report.json`: ASCII, indented, ends with a line break, equal for equal reports."""
    text = json.dumps(document(report), ensure_ascii=True, indent=1)
    return {"report.json": text.encode("ascii") + b"\n"}


def document(report: Report) -> Json:
    """The report as plain JSON types."""
    return {
        "format": FORMAT,
        "run": _run(report),
        "summary": summary(report),
        "clauses": [_clause(result) for result in report.clauses],
        "violations": [_violation(violation) for violation in report.violations],
        "observations": [_observation(r) for r in report.clauses if r.outcomes],
        "undocumented": [_undocumented(item) for item in report.undocumented],
        "matrix": [tables.matrix(matrix) for matrix in report.matrices],
        "lifecycles": [tables.lifecycle(table) for table in report.tables],
        "coverage": [tables.coverage(found) for found in report.coverage],
        "levels": [tables.levels(found) for found in report.levels],
        "clean_up": cleanup.document(report.cleaned),
        "waivers": [tables.waiver(waiver) for waiver in report.waivers],
        "pending": [tables.pending(pending) for pending in report.pending],
        "target_health": tables.health(report.health),
        "notes": [{"kind": n.kind, "text": n.text, "clauses": sorted(n.clauses)} for n in report.notes],
    }


def summary(report: Report) -> Json:
    """Counts by standing, and the verdict on the whole."""
    counts = {str(standing): report.count(standing) for standing in Standing}
    broken = [r for r in report.clauses if r.standing is Standing.VIOLATED]
    excused = {word: sum(1 for r in broken if r.excuse == word) for word in EXCUSES}
    return counts | {"clauses": len(report.clauses), **excused, "requests": sent(report)}


def _run(report: Report) -> Json:
    header = report.header
    return {
        "id": header.run,
        "started": header.started,
        "finished": report.finished or None,
        "complete": report.complete,
        "reason": report.reason,
        "exit_code": int(report.exit_code),
        "exit_meaning": meaning(report),
        "seed": header.seed,
        "profile": header.profile,
        "target": header.target,
        "digest": header.digest,
        "version": header.version,
        "shard": header.shard,
        "strict": header.strict,
        "requests": dict(report.requests),
        "steps": report.steps,
        "apis": [dict(api) for api in header.apis],
    }


def _clause(result: ClauseResult) -> Json:
    clause = result.clause
    return {
        "id": clause.id,
        "api": clause.api,
        "operation": clause.operation,
        "lifecycle": clause.lifecycle,
        "state": clause.state,
        "status": clause.status,
        "kind": str(clause.kind),
        "strength": str(clause.strength),
        "title": clause.title,
        "source": clause.source,
        "place": str(clause.place),
        "standing": str(result.standing),
        "seen": result.seen,
        "violations": result.violations,
        "inconclusive": result.inconclusive,
        "fingerprints": list(result.fingerprints),
        "more_fingerprints": result.more,
        "waived": result.waived,
        "pending": result.pending,
        "tolerated": result.tolerated,
        "reproduced": {"again": result.reproduced[0], "tries": result.reproduced[1]},
        "reason": result.reason,
        "reachable": clause.unreachable is None,
    }


def _violation(violation: Violation) -> Json:
    again, tries = violation.reproduced
    return {
        "fingerprint": violation.fingerprint,
        "clause": violation.clause.id,
        "strength": str(violation.clause.strength),
        "source": violation.clause.source,
        "place": str(violation.clause.place),
        "message": violation.verdict.message,
        "pointer": violation.verdict.pointer,
        "flaky": violation.flaky,
        "reproduced": {"again": again, "tries": tries},
        "waived": violation.waived,
        "pending": violation.pending,
        "tolerated": violation.tolerated,
        "history": [
            _step(step, name, start)
            for step, name, start in zip(
                violation.history, violation.names, began(violation.history), strict=True
            )
        ],
        "replay": [case_to_json(step.case) for step in violation.history],
    }


def _step(step: Step, name: str = "", start: str = "") -> Json:
    evidence = step.evidence
    response: Json = None
    if evidence.status is not None:
        response = {
            "status": evidence.status,
            "reason": evidence.reason,
            "headers": [list(header) for header in evidence.response_headers],
            "body": evidence.response_body,
            "size": evidence.response_size,
        }
    return {
        "title": step.case.title,
        "operation": step.case.operation,
        "origin": step.case.origin,
        "instance": name,
        "principal": step.case.principal,
        "state": step.state,
        "request": {
            "method": evidence.method,
            "url": evidence.url,
            "headers": [list(header) for header in evidence.request_headers],
            "body": evidence.request_body,
        },
        "response": response,
        "failure": evidence.failure,
        "started": evidence.started,
        "elapsed_ms": evidence.elapsed_ms,
        "curl": evidence.curl,
        **({"race": _race(step, start)} if step.overlap else {}),
    }


def _race(step: Step, start: str) -> Json:
    called, returned = step.window
    return {
        "called_ms": round(called * 1000, 3),
        "returned_ms": round(returned * 1000, 3),
        "under_way": step.overlap,
        "began": start,
    }


def _observation(result: ClauseResult) -> Json:
    return {
        "clause": result.clause.id,
        "strength": str(result.clause.strength),
        "outcomes": dict(result.outcomes),
    }


def _undocumented(item: UndocumentedStatus) -> Json:
    return {
        "api": item.api,
        "operation": item.operation,
        "status": item.status,
        "count": item.count,
        "evidence": _step(item.step, item.name),
    }
