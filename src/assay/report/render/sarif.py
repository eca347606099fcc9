"""`sarif.json`: broken promises at their lines in the contracts, as SARIF 2.1.0 (OASIS) has it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from assay.model.contract import Json
from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.legible import one_line
from assay.report.news import News
from assay.report.result import ClauseResult, Report, Violation
from assay.report.scanning import location, log, rule
from assay.report.view import meaning

_MESSAGE = 1000


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `sarif.json`, equal for equal reports; with `news`, results say whether they are new."""
    return {"sarif.json": json.dumps(document(report, news), indent=1, ensure_ascii=True).encode() + b"\n"}


def document(report: Report, news: News | None = None) -> Json:
    """The log: one run, a rule for each kind of clause that is told of, a result for each violation."""
    told = [(violation, _result_of(report, violation)) for violation in report.violations]
    kinds = list(dict.fromkeys(str(violation.clause.kind) for violation, _ in told))
    rules = [
        rule(
            kind,
            f"A promise of the kind «{kind}» is broken.",
            f"`assay explain {kind}` says what such a clause promises, and when it is broken.",
        )
        for kind in kinds
    ]
    results = [_result(v, r, kinds.index(str(v.clause.kind)), report) | _baseline(v, news) for v, r in told]
    run: dict[str, Json] = {"invocations": [_invocation(report)]}
    return log(report.header.version, f"assay/{report.header.profile}/", rules, results, run)


def _invocation(report: Report) -> Json:
    found = {
        "executionSuccessful": report.complete,
        "exitCode": int(report.exit_code),
        "exitCodeDescription": meaning(report),
        "startTimeUtc": _utc(report.header.started),
    }
    return {**found, "endTimeUtc": _utc(report.finished)} if report.finished else found


def _utc(moment: str) -> str:
    return moment.replace("+00:00", "Z")


def _result_of(report: Report, violation: Violation) -> ClauseResult | None:
    return next((result for result in report.clauses if result.clause.id == violation.clause.id), None)


def _result(violation: Violation, result: ClauseResult | None, index: int, report: Report) -> dict[str, Json]:
    clause = violation.clause
    failing = result is not None and fails(result, strict=report.header.strict)
    settled = result is not None and result.standing is Standing.VIOLATED
    found: dict[str, Json] = {
        "ruleId": str(clause.kind),
        "ruleIndex": index,
        "level": "error" if failing else ("warning" if settled else "note"),
        "message": {"text": one_line(violation.verdict.message or clause.title, _MESSAGE)},
        "locations": [location(clause.place, clause.id)],
        "partialFingerprints": {"assay/v1": violation.fingerprint},
        "properties": {
            "clause": clause.id,
            "strength": str(clause.strength),
            "source": clause.source,
            "requests": [one_line(step.evidence.curl, _MESSAGE) for step in violation.history],
        },
    }
    again, tries = violation.reproduced
    if tries:
        found["properties"]["reproduced"] = f"{again}/{tries}"
    if violation.excuse:
        found["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": _justified(violation, report)}
        ]
    return found


def _justified(violation: Violation, report: Report) -> str:
    """Why it does not count: the waiver's reason, with its link."""
    for waiver in report.waivers if violation.waived else ():
        if not waiver.expired and waiver.matches in {violation.fingerprint, violation.clause.id}:
            link = f" ({waiver.link})" if waiver.link else ""
            return one_line(f"waived until {waiver.until} by {waiver.owner}: {waiver.reason}{link}", _MESSAGE)
    return {"pending": "pending: it has never held here", "tolerated": "flaky, and tolerated"}.get(
        violation.excuse, violation.excuse
    )


def _baseline(violation: Violation, news: News | None) -> dict[str, Json]:
    """Against the run before (§3.27.24)."""
    return {} if news is None else {"baselineState": "new" if news.new(violation) else "unchanged"}
