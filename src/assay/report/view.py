"""The questions a reader asks of a report, answered once for every renderer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assay.model.contract import Strength
from assay.model.event import Noted
from assay.model.verdict import Clause, ClauseKind, Standing
from assay.report.exits import MEANINGS, Exit
from assay.report.matrix import ACCESS, ALWAYS, INPUT
from assay.report.result import ClauseResult, Coverage, Extent, Gap, PendingResult, Report, Violation

#: a word is never alone: shape and word tell a standing apart without colour
SYMBOLS = {
    Standing.VERIFIED: "✓",
    Standing.VIOLATED: "✗",
    Standing.UNWITNESSED: "○",
    Standing.INCONCLUSIVE: "?",
    Standing.OBSERVED: "·",
}
ASCII_SYMBOLS = {
    Standing.VERIFIED: "+",
    Standing.VIOLATED: "X",
    Standing.UNWITNESSED: "o",
    Standing.INCONCLUSIVE: "?",
    Standing.OBSERVED: ".",
}
COLUMN_MEANINGS = {
    ACCESS: "no success without valid credentials",
    INPUT: "invalid input is refused",
    ALWAYS: "every request is answered, with documented statuses only, without server errors",
}


#: words of `ClauseResult.excuse`, as they are told
EXCUSES = ("waived", "pending", "tolerated")


@dataclass(frozen=True, slots=True)
class Headline:
    """One API in a few words."""

    api: str
    title: str
    #: `conforms`, `2 promises broken`, `incomplete`, …
    words: str
    #: the standing whose colour and symbol fit
    standing: Standing
    counts: tuple[tuple[Standing, int], ...]
    #: why some of the broken promises do not count: `2 waived, 1 pending`; empty: all count
    excused: str


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses that share a reason."""

    reason: str
    results: tuple[ClauseResult, ...]


@dataclass(frozen=True, slots=True)
class SourceLink:
    """Where a promise was made."""

    text: str
    #: http or https only; None when there is nothing to link to
    url: str | None


def headlines(report: Report) -> tuple[Headline, ...]:
    """One headline per API."""
    return tuple(_headline(report, api) for api in report.apis)


def _headline(report: Report, api: str) -> Headline:
    results = [r for r in report.clauses if r.clause.api == api]
    broken = [r for r in results if r.standing is Standing.VIOLATED]
    counting = [r for r in broken if not r.excused]
    words, standing = _words(report, results, len(counting))
    counts = tuple((s, sum(1 for r in results if r.standing is s)) for s in SYMBOLS)
    return Headline(api, report.title(api), words, standing, counts, _excused(broken))


def _excused(broken: Iterable[ClauseResult]) -> str:
    counts = Counter(result.excuse for result in broken if result.excused)
    return ", ".join(f"{counts[word]} {word}" for word in EXCUSES if counts[word])


def _words(report: Report, results: list[ClauseResult], broken: int) -> tuple[str, Standing]:
    if broken:
        unfinished = "" if report.complete else ", and the run is incomplete"
        return f"{promises(broken)} broken{unfinished}", Standing.VIOLATED
    if not report.complete:
        return "incomplete", Standing.INCONCLUSIVE
    if report.health.sick:
        return "not shown: the target was sick", Standing.INCONCLUSIVE
    if not any(r.exercised for r in results):
        return "not exercised", Standing.UNWITNESSED
    if report.exit_code == Exit.NOTHING_EXERCISED:
        return "not shown: nothing it is for was exercised", Standing.UNWITNESSED
    return _conforms(results), Standing.VERIFIED


def _conforms(results: Iterable[ClauseResult]) -> str:
    """Conformance never goes without what nobody saw: silence is not a pass."""
    unseen = sum(1 for r in results if r.standing is Standing.UNWITNESSED and _speaks(r))
    return f"conforms, {unseen} unwitnessed" if unseen else "conforms"


def _speaks(result: ClauseResult) -> bool:
    return result.clause.strength is not Strength.SILENT


def remarks(report: Report) -> tuple[Noted, ...]:
    """The remarks on the run itself; those on single clauses stand with the clauses."""
    return tuple(note for note in report.notes if not note.clauses)


def pending_findings(report: Report) -> tuple[str, ...]:
    """What is to be done about the list of pending promises: an entry is told once all that it covers has held."""
    entries: dict[str, list[PendingResult]] = {}
    for one in report.pending:
        entries.setdefault(one.entry or one.clause, []).append(one)
    told = []
    for entry, covered in sorted(entries.items()):
        if len(covered) == 1 and covered[0].finding:
            told.append(f"pending {entry}: {covered[0].finding}")
        elif all(one.finding for one in covered):
            told.append(
                f"pending {entry}: all {len(covered)} clauses hold, or have held. Remove it from `pending`."
            )
    return tuple(told)


def promises(count: int) -> str:
    """`1 promise`, `2 promises`."""
    return f"{count} promise" if count == 1 else f"{count} promises"


def overall(report: Report) -> str:
    """The run in a few words."""
    broken = sum(1 for r in report.clauses if r.standing is Standing.VIOLATED and not r.excused)
    if not report.complete:
        words = "Incomplete run" if report.exit_code == Exit.INCOMPLETE else meaning(report).capitalize()
        return f"{words}, {promises(broken)} broken so far" if broken else words
    if broken:
        return f"{promises(broken)} broken".capitalize()
    if report.exit_code == Exit.CONFORMS:
        return _conforms(report.clauses).capitalize()
    return meaning(report).capitalize()


def meaning(report: Report) -> str:
    """What the exit code says, in words."""
    if report.exit_code == Exit.VIOLATED and not any(_documented(r) for r in report.clauses):
        return "strict: a clause was broken, undecided or never witnessed"
    return {int(code): text for code, text in MEANINGS.items()}.get(
        report.exit_code, MEANINGS[Exit.ENVIRONMENT]
    )


def _documented(result: ClauseResult) -> bool:
    broken = result.standing is Standing.VIOLATED and not result.excused
    return broken and result.clause.strength is Strength.DOCUMENTED


def sent(report: Report) -> int:
    """Requests of the run: what the footer says, or what was judged when there is none."""
    return max(sum(count for _, count in report.requests), report.steps)


def grouped(results: Iterable[ClauseResult]) -> tuple[Group, ...]:
    """Clauses by reason, the largest group first."""
    groups: dict[str, list[ClauseResult]] = {}
    for result in results:
        groups.setdefault(result.reason, []).append(result)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Group(reason, tuple(found)) for reason, found in ordered)


def with_standing(report: Report, standing: Standing) -> tuple[ClauseResult, ...]:
    """The clauses of that standing; silent ones that nobody asked are not worth a word."""
    return tuple(
        r
        for r in report.clauses
        if r.standing is standing and (standing is not Standing.UNWITNESSED or _speaks(r))
    )


def observed(report: Report) -> tuple[ClauseResult, ...]:
    """What was seen where the documentation does not say."""
    return tuple(r for r in report.clauses if r.outcomes)


#: what a clause that is promised was seen to do where its promise does not reach
_BEYOND = {
    ClauseKind.STATUSES: "requests of which the documentation does not say whether they are valid",
    ClauseKind.AUTHORIZATION: "which refusal comes without valid credentials",
}


def question(result: ClauseResult) -> str:
    """What the observations of a clause answer: the silent clause itself, or what a promise leaves open."""
    if result.clause.strength is Strength.SILENT:
        return result.clause.title
    return f"{result.clause.operation}: {_BEYOND.get(result.clause.kind, 'where its promise does not reach')}"


@dataclass(frozen=True, slots=True)
class Observed:
    """Observations of like clauses, added up."""

    #: the clause's id, or what several ids have in common
    about: str
    clauses: int
    outcomes: tuple[tuple[str, int], ...]


def observed_together(report: Report) -> tuple[Observed, ...]:
    """What was seen where the documentation does not say: cells of tables one by one, the rest by subject."""
    counts: dict[str, Counter[str]] = {}
    clauses: Counter[str] = Counter()
    seen = observed(report)
    for result in sorted(seen, key=lambda r: (r.clause.kind is not ClauseKind.CELL, r.clause.id)):
        head, _, _ = result.clause.id.partition(f"/{result.clause.kind}/")
        about = f"{head}/{result.clause.kind}" if head != result.clause.id else result.clause.id
        if result.clause.strength is not Strength.SILENT and result.clause.kind in _BEYOND:
            about = f"{head.rpartition('/')[0]}, {_BEYOND[result.clause.kind]}"
        clauses[about] += 1
        counts.setdefault(about, Counter()).update(dict(result.outcomes))
    return tuple(Observed(about, clauses[about], tuple(sorted(c.items()))) for about, c in counts.items())


def broken(report: Report) -> tuple[Violation, ...]:
    """The violations that count, API by API, those that nothing excuses first."""
    decided = {r.clause.id for r in report.clauses if r.standing is Standing.VIOLATED}
    order = {api: index for index, api in enumerate(report.apis)}
    found = [v for v in report.violations if v.clause.id in decided]
    return tuple(sorted(found, key=lambda v: (order.get(v.clause.api, 0), bool(v.excuse))))


def suspected(report: Report) -> tuple[Violation, ...]:
    """What was seen once and never again: it breaks no promise until it comes back."""
    counted = {v.fingerprint for v in broken(report)}
    return tuple(v for v in report.violations if v.fingerprint not in counted)


def source_of(report: Report, clause: Clause) -> SourceLink:
    """Where the clause's promise was made: the source's title, and its link when it is one."""
    return source_named(report, clause.api, clause.source)


def source_named(report: Report, name: str, source: str) -> SourceLink:
    """The source of that name, `key` or `key#spot`, of the API of that name."""
    key, _, fragment = source.partition("#")
    api = next((a for a in report.header.apis if a.get("name") == name), {})
    sources = api.get("sources")
    entry = sources.get(key) if isinstance(sources, Mapping) else None
    if not isinstance(entry, Mapping):
        return SourceLink(source, None)
    title = str(entry.get("title") or key)
    url = entry.get("url")
    safe = isinstance(url, str) and url.lower().startswith(("http://", "https://"))
    return SourceLink(f"{title}, {fragment}" if fragment else title, str(url) if safe else None)


def extents(coverage: Coverage) -> tuple[tuple[str, Extent], ...]:
    """How much of a lifecycle was seen, from the coarse to the fine."""
    return (
        ("states", coverage.states),
        ("cells", coverage.cells),
        ("transitions", coverage.transitions),
        ("pairs of transitions", coverage.pairs),
    )


def gap(found: Gap) -> str:
    """What was not seen, in a few words: `payOrder on draft → paid, then getOrder → paid`."""
    told = f"{found.operation} on {found.state}" if found.operation else found.state
    told += f" → {found.to}" if found.to else ""
    return f"{told}, then {found.then[1]} → {found.then[2]}" if found.then else told


def tally(outcomes: Iterable[tuple[str, int]]) -> str:
    """`200 ×41, 404 ×2`, the most frequent first."""
    ordered = sorted(outcomes, key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{label} ×{count}" for label, count in ordered)


def duration(report: Report) -> float | None:
    """Seconds from header to footer; None without a footer."""
    try:
        started, finished = (
            datetime.fromisoformat(moment) for moment in (report.header.started, report.finished)
        )
        return max((finished - started).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
