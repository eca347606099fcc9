"""Claims about the formats for other tools: each is well formed whatever an API says, and says what the report says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.app.errors import OurFault, UsageError
from assay.app.formats import FORMATS, STANDARD, Wanted, publish, wanted
from assay.evidence.sweep import Sweep
from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.fold import fold
from assay.report.news import News, news
from assay.report.record import record
from assay.report.result import Report
from assay.report.trend import compare
from golden.story import SECRET, events

#: what means something to one format or another
HOSTILE = [
    "]]>", "</testcase>", "<script>alert(1)</script>", "::error::gone", "%0A::warning::", "a,b:c", "```", "| a |",
    "\x00\x0b\x1b[31m", "\u202e\ufffe\ud800", "@everyone", "<!--", "&amp;&#0;", "[x](javascript:alert(1))",
    "\r\n::error::x",
]  # fmt: skip
NAMES = [name for name in FORMATS if name not in {"json", "html"}]


def _report() -> Report:
    return fold(events())


def _made(name: str, report: Report) -> bytes:
    module: Any = import_module(f"assay.report.render.{FORMATS[name]}")
    ((_, content),) = module.render(report).items()
    assert isinstance(content, bytes)
    return content


def _saying(text: str) -> Report:
    """The story, in which everything that an API or an author can word says that."""
    report = _report()
    broken = [
        replace(
            violation,
            verdict=replace(violation.verdict, message=text),
            clause=replace(violation.clause, place=replace(violation.clause.place, file=text or "x", line=3)),
            history=tuple(
                replace(step, evidence=replace(step.evidence, url=text, reason=text, curl=text))
                for step in violation.history
            ),
        )
        for violation in report.violations
    ]
    clauses = [replace(result, reason=text, outcomes=((text, 2),)) for result in report.clauses]
    return replace(report, violations=tuple(broken), clauses=tuple(clauses), reason=text)


def _reads(name: str, content: bytes) -> Any:
    """The content as whoever it is for reads it."""
    text = content.decode("utf-8")
    match name:
        case "junit" | "badge":
            return ElementTree.fromstring(text)
        case "sarif" | "gitlab" | "ctrf" | "wfc":
            return json.loads(text)
    return text.splitlines()


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None)  # a busy machine is no fault of ours
@given(text=st.sampled_from(HOSTILE) | st.text(max_size=60))
def test_nothing_that_is_said_breaks_a_format(name: str, text: str) -> None:
    """It is read as one piece, with as many parts as for a harmless text."""
    harmless, hostile = (_reads(name, _made(name, _saying(said))) for said in ("harmless", text))
    if name in {"junit", "badge"}:
        assert [e.tag for e in hostile.iter()] == [e.tag for e in harmless.iter()]
    elif name == "github":
        assert len(hostile) == len(harmless)
        for line in hostile:
            assert re.fullmatch(r"::(error|warning|notice) [^:]*::.*", line), line
    elif name == "markdown":
        fenced = "\n".join(hostile).split("  ```")
        assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(javascript|@everyone", "".join(fenced[::2]))
        assert sum(line.startswith("  ```") for line in hostile) == sum(
            line.startswith("  ```") for line in harmless
        )


@pytest.mark.parametrize("name", NAMES)
def test_no_format_tells_the_secret(name: str) -> None:
    """The story's API echoes the token in a body."""
    assert SECRET.encode() not in _made(name, _report())


@pytest.mark.parametrize("name", NAMES)
def test_equal_reports_are_equal_bytes(name: str) -> None:
    """Nothing depends on when or where it is made."""
    assert _made(name, _report()) == _made(name, _report())


def test_junit_counts_what_the_report_counts() -> None:
    """A case for each clause, a failure for each that fails the run, and what nobody saw is skipped with its reason."""
    report = _report()
    suites = ElementTree.fromstring(_made("junit", report))
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    extra = 0 if report.complete else 1
    assert len(cases) == len(report.clauses) + extra
    failing = [r.clause.id for r in report.clauses if fails(r, strict=report.header.strict)]
    assert [name for name, case in cases.items() if case.find("failure") is not None] == failing
    assert suites.get("failures") == str(len(failing))
    assert suites.get("tests") == str(len(cases))
    for result in report.clauses:
        skipped = cases[result.clause.id].find("skipped")
        assert (skipped is not None) == (
            result.standing is not Standing.VERIFIED and result.clause.id not in failing
        )
        assert skipped is None or skipped.get("message")


def test_sarif_points_at_the_contracts() -> None:
    """Each violation is a result with its rule, its place, its fingerprint; what is waived is suppressed."""
    report = _report()
    log = _reads("sarif", _made("sarif", report))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [r["partialFingerprints"]["assay/v1"] for r in run["results"]] == [
        v.fingerprint for v in report.violations
    ]
    for result, violation in zip(run["results"], report.violations, strict=True):
        assert (
            run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
            == result["ruleId"]
            == str(violation.clause.kind)
        )
        assert ("suppressions" in result) == violation.waived
        place = violation.clause.place
        if place.file:
            physical = result["locations"][0]["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == place.file
            assert physical.get("region", {}).get("startLine", 0) == place.line


def test_ctrf_and_wfc_count_what_the_report_counts() -> None:
    """A test for each clause; a fault for each broken promise, by what kind of fault it is."""
    report = _report()
    results = _reads("ctrf", _made("ctrf", report))["results"]
    summary = results["summary"]
    assert summary["tests"] == len(results["tests"]) == len(report.clauses)
    assert summary["tests"] == sum(
        summary[name] for name in ("passed", "failed", "skipped", "pending", "other")
    )
    assert summary["passed"] == report.count(Standing.VERIFIED)
    found = _reads("wfc", _made("wfc", report))
    assert found["totalTests"] == len(found["testCases"]) == len(report.violations)
    assert found["faults"]["totalNumber"] == len({v.clause.id for v in report.violations})


def _failing(report: Report) -> list[str]:
    failed = {r.clause.id for r in report.clauses if fails(r, strict=False)}
    return [v.clause.id for v in report.violations if v.clause.id in failed]


def _news(report: Report) -> tuple[News, str]:
    """As if the last of the broken promises had been kept before, and another one, that is gone, broken."""
    now = record(report)
    now = replace(now, marks=tuple(replace(one, flaky=False) for one in now.marks))
    last = _failing(report)[-1]
    then = tuple(
        replace(one, standing=Standing.VERIFIED if one.clause == last else one.standing) for one in now.marks
    )
    mended = next(one.clause for one in now.marks if one.standing is Standing.VERIFIED)
    then = tuple(replace(one, standing=Standing.VIOLATED) if one.clause == mended else one for one in then)
    breaks = tuple(one for one in now.breaks if one.clause != last)
    before = replace(now, head=replace(now.head, run="the-run-before"), marks=then, breaks=breaks)
    return news(compare(before, now)), last


def _told(name: str, report: Report, new: News | None) -> Any:
    module: Any = import_module(f"assay.report.render.{FORMATS[name]}")
    ((_, content),) = module.render(report, new).items()
    return _reads(name, content)


def test_the_summary_begins_with_what_is_new() -> None:
    """Of several broken promises the one that was not broken before comes first, and what else changed is told."""
    report = _report()
    new, last = _news(report)
    assert len(set(_failing(report))) > 1
    lines = _told("markdown", report, new)
    told = [line for line in lines if line.startswith("- ") and "`" in line and "/" in line]
    assert told[0].startswith(f"- **new** `{last}`")
    assert sum("**new**" in line for line in lines) == _failing(report).count(last)
    assert any(line.startswith("Since the run before (`the-run-before`): 1 new,") for line in lines)
    assert any(line.startswith("- fixed: `") for line in lines)
    assert not any("run before" in line for line in _told("markdown", report, None))


def test_code_scanning_is_told_what_is_new() -> None:
    """`baselineState` of SARIF (§3.27.24): only where there is a run before."""
    report = _report()
    new, last = _news(report)
    states = {
        result["properties"]["clause"]: result["baselineState"]
        for result in _told("sarif", report, new)["runs"][0]["results"]
    }
    assert states.pop(last) == "new"
    assert set(states.values()) == {"unchanged"}
    assert "baselineState" not in str(_told("sarif", report, None))


def test_other_formats_say_what_is_new() -> None:
    """Annotations first and by name, JUnit in the message, CTRF for every clause that changed."""
    report = _report()
    new, last = _news(report)
    annotations = _told("github", report, new)
    assert f"title=new%3A {last}" in annotations[0]
    assert sum("new%3A" in line for line in annotations) == 1
    failures = {
        case.get("name"): case.find("failure").get("message", "")
        for case in _told("junit", report, new).iter("testcase")
        if case.find("failure") is not None
    }
    assert {name for name, message in failures.items() if message.startswith("new: ")} == {last}
    tests = {test["name"]: test.get("extra") for test in _told("ctrf", report, new)["results"]["tests"]}
    assert tests[last] == {"change": "new", "since": "the-run-before"}
    assert sum(extra is not None for extra in tests.values()) == len(new.changes)


def test_a_new_way_of_being_broken_is_new() -> None:
    """Also of a promise that was broken before."""
    report = _report()
    now = record(report)
    before = replace(now, breaks=tuple(replace(one, fingerprint="0" * 12) for one in now.breaks))
    new = news(compare(before, now))
    failing = [violation for violation in report.violations if violation.clause.id in _failing(report)]
    assert all(new.new(violation) for violation in failing if not violation.flaky)


def test_formats_as_they_are_asked_for() -> None:
    """A path, standard output, or the run's folder; annotations go to the job's output."""
    asked = wanted(["junit", "sarif=out/x.sarif", "ctrf=-", "github", "github=notes.txt"])
    assert asked == (
        Wanted("junit"),
        Wanted("sarif", "out/x.sarif"),
        Wanted("ctrf", STANDARD),
        Wanted("github", STANDARD),
        Wanted("github", "notes.txt"),
    )
    with pytest.raises(UsageError, match="Did you mean 'junit'"):
        wanted(["junti"])
    with pytest.raises(UsageError, match="no path follows"):
        wanted(["junit="])


def test_a_known_credential_keeps_a_format_from_being_written(tmp_path: Any) -> None:
    """Nothing is written, and it is said whose fault that is."""
    report = _saying("the-token-that-nobody-masked")
    with pytest.raises(OurFault, match="junit"):
        publish(report, wanted(["junit", "badge"]), str(tmp_path), Sweep(["the-token-that-nobody-masked"]))
    assert list(tmp_path.iterdir()) == []
