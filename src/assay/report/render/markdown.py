"""`summary.md`: what a pull request has to know, in a minute. What is new comes first where a comparison is given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assay.model.verdict import Standing
from assay.report.exits import fails
from assay.report.legible import one_line
from assay.report.news import News
from assay.report.result import ClauseResult, Report, Violation
from assay.report.trend import Change
from assay.report.view import SYMBOLS, headlines, meaning, pending_findings, promises, sent

#: broken promises that are told, and reasons for what nobody has seen
_MOST, _REASONS = 20, 8
_MEANT = re.compile(r"([\\`*_\[\]<>|~])")


def render(report: Report, news: News | None = None) -> Mapping[str, bytes]:
    """The one file `summary.md`. What is new comes first where `news` says what that is."""
    return {"summary.md": "\n".join(_lines(report, news)).encode("utf-8", "backslashreplace")}


def _lines(report: Report, news: News | None) -> list[str]:
    failing = [result for result in report.clauses if fails(result, strict=report.header.strict)]
    mark = "✅" if report.exit_code == 0 else "❌"
    lines = [f"## {mark} Assay: {_plain(meaning(report), 200)}", ""]
    lines += [
        "| API | | verified | violated | unwitnessed | undecided | observed |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for line in headlines(report):
        counts = dict(line.counts)
        numbers = " | ".join(str(counts.get(standing, 0)) for standing in _COLUMNS)
        lines.append(
            f"| {_plain(line.title, 80)} | {SYMBOLS[line.standing]} {_plain(line.words, 80)} | {numbers} |"
        )
    header = report.header
    lines += [
        "",
        f"{sent(report)} requests to `{_code(header.target)}`, profile {header.profile}, seed {header.seed}.",
        "",
    ]
    if not report.complete:
        lines += [f"**Incomplete**: {_plain(report.reason, 300)}", ""]
    told = [v for v in report.violations if v.clause.id in {result.clause.id for result in failing}]
    fresh = [violation for violation in told if news and news.new(violation)]
    told.sort(key=lambda violation: violation not in fresh)
    if told:
        lines += ["### Broken promises", ""]
        for violation in told[:_MOST]:
            lines += _violation(violation, new=violation in fresh)
        if len(told) > _MOST:
            lines += [f"… and {len(told) - _MOST} more in the report.", ""]
    if report.health.sick:
        lines += [f"**{_plain(report.health.told, 400)}**: what was broken only then is undecided.", ""]
    for word, told_of in _EXCUSED.items():
        excused = [r for r in report.clauses if r.excuse == word and r.standing is Standing.VIOLATED]
        if excused:
            named = ", ".join(f"`{_code(r.clause.id)}`" for r in excused[:_MOST])
            lines += [f"{promises(len(excused))} broken and {told_of}: {named}", ""]
    findings = [
        f"waiver of `{_code(w.matches)}`: {_plain(w.finding, 200)}" for w in report.waivers if w.finding
    ]
    findings += [_plain(told, 300) for told in pending_findings(report)]
    lines += [*(f"- {finding}" for finding in findings[:_MOST]), ""] if findings else []
    return [*lines, *_since(news), *_unseen(report.clauses)]


_COLUMNS = (
    Standing.VERIFIED, Standing.VIOLATED, Standing.UNWITNESSED, Standing.INCONCLUSIVE, Standing.OBSERVED,
)  # fmt: skip


#: why broken promises do not fail the run, as a reader is told
_EXCUSED = {
    "waived": "waived",
    "pending": "pending: never yet held here",
    "tolerated": "tolerated, because flaky",
}


def _violation(violation: Violation, *, new: bool) -> list[str]:
    clause = violation.clause
    place = f" ({_plain(str(clause.place), 120)})" if clause.place.file else ""
    again, tries = violation.reproduced
    flaky = (
        f" (**flaky {again}/{tries}**)"
        if violation.flaky
        else f" (violated {again}/{tries})"
        if tries
        else ""
    )
    lines = [
        f"- {'**new** ' if new else ''}`{_code(clause.id)}`{place}: {_plain(violation.verdict.message, 300)}{flaky}"
    ]
    if violation.history:
        lines += ["  <details><summary>send it again</summary>", "", "  ```sh"]
        lines += [
            f"  {one_line(step.evidence.curl, 1000).replace('```', '` ` `')}" for step in violation.history
        ]
        lines += ["  ```", "", f"  `assay replay {_code(violation.fingerprint)}`", "  </details>"]
    return lines


#: what else became of clauses; what is new or fails still stands among the broken promises
_TOLD = (Change.FLAKY, Change.NEWLY_UNWITNESSED, Change.FIXED, Change.NEWLY_WITNESSED)


def _since(news: News | None) -> list[str]:
    if news is None:
        return []
    counts = ", ".join(f"{len(found)} {change}" for change in Change if (found := news.of(change)))
    lines = [f"Since the run before (`{_code(news.before)}`): {counts or 'nothing has changed'}.", ""]
    for change in _TOLD:
        if found := news.of(change):
            named = ", ".join(f"`{_code(clause)}`" for clause in found[:_MOST])
            more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
            lines.append(f"- {change}: {named}{more}")
    return [*lines, ""] if lines[-1] else lines


def _unseen(results: Sequence[ClauseResult]) -> list[str]:
    reasons: dict[str, int] = {}
    for result in results:
        if result.standing is Standing.UNWITNESSED:
            reasons[result.reason] = reasons.get(result.reason, 0) + 1
    if not reasons:
        return []
    lines = ["<details><summary>Nobody has seen these</summary>", ""]
    for why, number in sorted(reasons.items(), key=lambda item: -item[1])[:_REASONS]:
        lines.append(f"- {number}: {_plain(why or 'no reason is known', 200)}")
    return [*lines, "", "</details>", ""]


def _plain(text: str, limit: int) -> str:
    """The text as Markdown that means nothing but itself."""
    return _MEANT.sub(r"\\\1", one_line(text, limit)).replace("@", "@\u2060")


def _code(text: str) -> str:
    """The text between two backticks: there is none in it, and no bar that would end a table's cell."""
    return one_line(text, 200).replace("`", "ˋ").replace("|", "¦")
