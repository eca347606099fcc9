"""What lint found, for people and for other tools."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from assay.cli.output import count, faint, severe, strong
from assay.model.copied import replace
from assay.model.problem import Severity
from assay.report.annotation import command
from assay.report.scanning import location, log, rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assay.app.explain import Word
    from assay.app.lint import Findings
    from assay.model.contract import Json
    from assay.model.problem import Problem, Silenced

FORMAT = "assay-lint/1"
_SARIF: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_GITHUB: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}
_GITLAB: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.ADVICE: "info"}


def report(findings: Findings) -> str:
    """For people: each finding as compilers tell it, then how many there are."""
    found = f"{text(findings.problems)}\n\n" if findings.problems else ""
    counts = f"{count(findings.errors, 'error')}, {count(findings.warnings, 'warning')}"
    if findings.advice:
        counts += f", {count(findings.advice, 'piece')} of advice"
    what = ", ".join(
        (
            count(findings.apis, "API"),
            count(findings.operations, "operation"),
            count(findings.lifecycles, "lifecycle"),
        )
    )
    where = f" in {findings.path}" if findings.errors else f" in {findings.path}: {what}"
    hidden = len(findings.silenced)
    return found + strong(counts) + where + (faint(f" ({hidden} silenced)") if hidden else "")


def text(problems: Iterable[Problem]) -> str:
    """Problems the way compilers tell them: `file:line:column: severity[rule]: message`, the fix below."""
    return "\n".join(line for problem in problems for line in _lines(problem))


def _lines(problem: Problem) -> Iterator[str]:
    kind = severe(f"{problem.severity}[{problem.rule}]", problem.severity)
    yield f"{strong(str(problem.place))}: {kind}: {problem.message}"
    if problem.fix:
        yield f"  {faint('fix:')} {problem.fix}"


def as_json(findings: Findings) -> str:
    """For programs: all there is to know, what is silenced included."""
    document = {
        "format": FORMAT,
        "path": findings.path,
        "errors": findings.errors,
        "warnings": findings.warnings,
        "advice": findings.advice,
        "problems": [_entry(problem) for problem in findings.problems],
        "silenced": [
            {**_entry(one.problem), "reason": one.reason, "by": str(one.place)} for one in findings.silenced
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _entry(problem: Problem) -> dict[str, Json]:
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "pointer": problem.place.pointer,
        "rule": problem.rule,
        "severity": str(problem.severity),
        "message": problem.message,
        "fix": problem.fix,
    }


def github(findings: Findings) -> str:
    """For a job of GitHub Actions: one workflow command a finding, which is shown at its line."""
    return "\n".join(_command(problem) for problem in findings.problems)


def _command(problem: Problem) -> str:
    return command(_GITHUB[problem.severity], problem.rule, _whole(problem), problem.place)


def _whole(problem: Problem) -> str:
    return f"{problem.message} {problem.fix}".strip()


def gitlab(findings: Findings) -> str:
    """For GitLab's Code Quality: an array with an entry for each finding, each with a fingerprint of its own."""
    entries = [
        {
            "type": "issue",
            "check_name": problem.rule,
            "description": _whole(problem),
            "fingerprint": mark,
            "severity": _GITLAB[problem.severity],
            "location": {
                "path": problem.place.file or findings.path,
                "lines": {"begin": max(problem.place.line, 1)},
            },
        }
        for problem, mark in zip(findings.problems, _marks(findings.problems), strict=True)
    ]
    return json.dumps(entries, indent=1, ensure_ascii=True)


def _marks(problems: Iterable[Problem]) -> Iterator[str]:
    """A mark for each that stays as it is when lines move; equal findings are told apart by their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        what = (problem.place.file, problem.place.pointer, problem.rule, problem.message)
        seen[what] += 1
        yield hashlib.sha256("\0".join((*what, str(seen[what]))).encode("utf-8", "replace")).hexdigest()[:32]


def sarif(findings: Findings, version: str, words: Mapping[str, Word]) -> str:
    """For code scanning: SARIF 2.1.0 (OASIS), a rule for each that found something, and what is silenced suppressed."""
    hidden = [one.problem for one in findings.silenced]
    told = [*findings.problems, *hidden]
    rules = list(dict.fromkeys(problem.rule for problem in told))
    marks = list(_marks(told))
    results = [_result(problem, rules.index(problem.rule), mark, findings.path)
               for problem, mark in zip(told, marks, strict=True)]  # fmt: skip
    for result, one in zip(results[len(findings.problems) :], findings.silenced, strict=True):
        result["suppressions"] = [_suppression(one)]
    known = [_rule(rule, words.get(rule)) for rule in rules]
    return json.dumps(log(version, "assay/lint/", known, results), indent=1, ensure_ascii=True)


def _rule(name: str, word: Word | None) -> Json:
    short = name.replace("-", " ").capitalize() + "."
    found = rule(name, short, f"`assay explain {name}` says more.")
    if word is not None:
        found["fullDescription"] = {"text": word.means}
        found["help"] = {"text": f"{word.means} To mend it: {word.mend}"}
    return found


def _result(problem: Problem, rule: int, mark: str, path: str) -> dict[str, Json]:
    return {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": _SARIF[problem.severity],
        "message": {"text": _whole(problem)},
        "locations": [
            location(replace(problem.place, file=problem.place.file or path), problem.place.pointer)
        ],
        "partialFingerprints": {"assay/v1": mark},
    }


def _suppression(one: Silenced) -> Json:
    in_file = one.place.file == one.problem.place.file
    return {
        "kind": "inSource" if in_file else "external",
        "status": "accepted",
        "justification": one.reason,
    }
