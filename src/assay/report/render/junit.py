"""`junit.xml`: a test case for each clause, as Jenkins, GitLab and others read it.

What is verified passes; what fails the run is a failure; what nobody could see, or what the documentation does not say,
is skipped with its reason. XML 1.0 knows no control characters (§2.2): they are spelled out.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from assay.model.contract import Strength
from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.legible import excerpt, one_line, visible
from assay.report.news import News
from assay.report.result import ClauseResult, Report, Violation
from assay.report.view import duration, meaning

#: characters of a message, and of what follows it
_MESSAGE, _TEXT = 400, 4000


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `junit.xml`, equal for equal reports; with `news`, failures say whether they are new."""
    suites = Element("testsuites", name="assay")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for api in report.apis:
        suite = SubElement(suites, "testsuite", name=api, timestamp=report.header.started[:19], hostname="")
        counts = dict.fromkeys(totals, 0)
        properties = SubElement(suite, "properties")
        for name, value in _properties(report):
            SubElement(properties, "property", name=name, value=visible(value))
        for result in report.clauses:
            if result.clause.api == api:
                kind = _case(suite, result, report, news)
                counts["tests"] += 1
                if kind:
                    counts[kind] += 1
        if not report.complete and api == report.apis[0]:
            _incomplete(suite, report)
            counts["tests"] += 1
            counts["errors"] += 1
        for name, number in counts.items():
            suite.set(name, str(number))
            totals[name] += number
        suite.set("time", f"{duration(report) or 0:.3f}")
    for name, number in totals.items():
        suites.set(name, str(number))
    indent(suites, " ")
    return {"junit.xml": tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n"}


def _properties(report: Report) -> tuple[tuple[str, str], ...]:
    header = report.header
    return (
        ("run", header.run),
        ("target", header.target),
        ("profile", header.profile),
        ("seed", str(header.seed)),
        ("contracts", header.digest),
        ("version", header.version),
    )


def _case(suite: Element, result: ClauseResult, report: Report, news: News | None) -> str:
    """Adds a clause; the count that it belongs to, empty for one that passed."""
    clause = result.clause
    where = ".".join(filter(None, (clause.api, clause.operation or clause.lifecycle)))
    case = SubElement(suite, "testcase", name=visible(clause.id), classname=visible(where), time="0")
    if clause.place.file:
        case.set("file", visible(clause.place.file))
        case.set("line", str(clause.place.line))
    if fails(result, strict=report.header.strict):
        told = [violation for violation in report.violations if violation.clause.id == clause.id]
        first = told[0].verdict.message if told else result.reason or result.label
        new = "new: " if news is not None and any(map(news.new, told)) else ""
        message = one_line(new + first, _MESSAGE)
        failure = SubElement(case, "failure", type=str(result.standing), message=message)
        failure.text = excerpt("\n\n".join(map(_story, told)) or result.reason, _TEXT)
        return "failures"
    if result.standing is Standing.VERIFIED:
        return ""
    if result.standing is Standing.VIOLATED:
        why = result.excuse or f"violated, but only {clause.strength}"
        SubElement(case, "skipped", message=f"{why}: {result.label}")
        return "skipped"
    SubElement(case, "skipped", message=one_line(_why(result), _MESSAGE))
    return "skipped"


def _why(result: ClauseResult) -> str:
    if result.clause.strength is Strength.SILENT and result.outcomes:
        seen = ", ".join(f"{outcome} ×{count}" for outcome, count in result.outcomes)
        return f"the documentation does not say; observed {seen}"
    return f"{result.standing}: {result.reason}" if result.reason else str(result.standing)


def _story(violation: Violation) -> str:
    lines = [violation.verdict.message, f"fingerprint {violation.fingerprint}"]
    for step in violation.history:
        evidence = step.evidence
        lines += [f"{evidence.method} {evidence.url} -> {evidence.status or evidence.failure}", evidence.curl]
    return "\n".join(lines)


def _incomplete(suite: Element, report: Report) -> None:
    case = SubElement(suite, "testcase", name="the run is complete", classname="assay", time="0")
    told = one_line(report.reason or meaning(report), _MESSAGE)
    SubElement(case, "error", type="incomplete", message=told)
