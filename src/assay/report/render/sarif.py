"""`sarif.json`: broken promises at their lines in the contracts, as SARIF 2.1.0 (OASIS) has it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from assay.model.contract import Json
from assay.model.problem import Place
from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.legible import one_line
from assay.report.news import News
from assay.report.result import ClauseResult, Report, Violation
from assay.report.view import meaning

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MESSAGE = 1000


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `sarif.json`, equal for equal reports; with `news`, results say whether they are new."""
    return {"sarif.json": json.dumps(document(report, news), indent=1, ensure_ascii=True).encode() + b"\n"}


def document(report: Report, news: News | None = None) -> Json:
    """The log: one run, a rule for each kind of clause that is told of, a result for each violation."""
    told = [(violation, _result_of(report, violation)) for violation in report.violations]
    kinds = list(dict.fromkeys(str(violation.clause.kind) for violation, _ in told))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Assay",
                        "semanticVersion": report.header.version,
                        "rules": [_rule(kind) for kind in kinds],
                    }
                },
                "automationDetails": {"id": f"assay/{report.header.profile}/"},
                "invocations": [_invocation(report)],
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(v, r, kinds.index(str(v.clause.kind)), report) | _baseline(v, news)
                    for v, r in told
                ],
            }
        ],
    }


def _rule(kind: str) -> Json:
    return {
        "id": kind,
        "name": "".join(part.capitalize() for part in kind.split("-")),
        "shortDescription": {"text": f"A promise of the kind «{kind}» is broken."},
        "help": {"text": f"`assay explain {kind}` says what such a clause promises, and when it is broken."},
    }


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


def _result(violation: Violation, result: ClauseResult | None, rule: int, report: Report) -> dict[str, Json]:
    clause = violation.clause
    failing = result is not None and fails(result, strict=report.header.strict)
    settled = result is not None and result.standing is Standing.VIOLATED
    found: dict[str, Json] = {
        "ruleId": str(clause.kind),
        "ruleIndex": rule,
        "level": "error" if failing else ("warning" if settled else "note"),
        "message": {"text": one_line(violation.verdict.message or clause.title, _MESSAGE)},
        "locations": [_location(clause.place, clause.id)],
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


def _location(place: Place, clause: str) -> Json:
    logical = [{"fullyQualifiedName": clause, "kind": "member"}]
    if not place.file:
        return {"logicalLocations": logical}
    physical: dict[str, Json] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    return {"physicalLocation": physical, "logicalLocations": logical}


def _uri(file: str) -> str:
    """The path as a URI reference (RFC 3986 §4.1): relative as it is, with what means something there encoded."""
    plain = file.replace("\\", "/")
    return "".join(
        c
        if c.isascii() and (c.isalnum() or c in "/-._~")
        else "".join(f"%{o:02X}" for o in c.encode("utf-8", "replace"))
        for c in plain
    )
