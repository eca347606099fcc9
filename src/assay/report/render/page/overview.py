"""The first thing on the page: API by API, how many promises are kept, broken or never seen, and the trend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from assay.model.contract import Strength
from assay.model.verdict import Standing
from assay.report import view
from assay.report.legible import visible
from assay.report.past import Past
from assay.report.result import Report
from assay.report.trend import Change, Changed

#: the standings of promises, worst last where they are stacked, in the words of people who never read a contract
WORDS = {
    Standing.VERIFIED: "kept",
    Standing.INCONCLUSIVE: "undecided",
    Standing.UNWITNESSED: "never seen",
    Standing.VIOLATED: "broken",
}
_READ = (Standing.VERIFIED, Standing.VIOLATED, Standing.UNWITNESSED, Standing.INCONCLUSIVE)
#: clauses of one change that are named
_NAMED = 25
_WIDE, _HIGH, _COLUMN, _GAP = 600, 14, 14, 4


@dataclass(frozen=True, slots=True)
class Card:
    """One API for a manager."""

    api: str
    title: str
    words: str
    excused: str
    standing: Standing
    #: promises, those apart that the documentation leaves open
    promises: int
    #: standing, word, how many
    counts: tuple[tuple[Standing, str, int], ...]
    observed: int
    bar: Markup
    #: None where no earlier run is known
    trend: Markup | None
    #: the trend in words
    told: str


@dataclass(frozen=True, slots=True)
class Since:
    """What became of clauses since the run before, one kind of change."""

    change: Change
    meaning: str
    #: those that are named, with whether this run has the clause
    named: tuple[tuple[Changed, bool], ...]
    #: how many there are
    count: int


_MEANINGS = {
    Change.NEW: "broken now, and not before",
    Change.STILL_FAILING: "broken before, broken now",
    Change.FLAKY: "broken, but not each time when it was tried again",
    Change.NEWLY_UNWITNESSED: "seen before, and not now: that is no repair",
    Change.FIXED: "broken before, kept now",
    Change.NEWLY_WITNESSED: "kept or observed now, and not seen before",
}


def cards(report: Report, past: Past) -> tuple[Card, ...]:
    """One card per API, in the order of the header."""
    counts: dict[str, Counter[Standing]] = {}
    for result in report.clauses:
        if result.clause.strength is not Strength.SILENT:
            counts.setdefault(result.clause.api, Counter())[result.standing] += 1
    observed = Counter(r.clause.api for r in report.clauses if r.standing is Standing.OBSERVED)
    return tuple(
        _card(headline, counts.get(headline.api, Counter()), observed[headline.api], past, report)
        for headline in view.headlines(report)
    )


def since(report: Report, past: Past) -> tuple[Since, ...]:
    """What changed since the run before, the worst first; those that must be looked at are told even when none is."""
    if past.comparison is None:
        return ()
    known = {result.clause.id for result in report.clauses}
    told = []
    for change in Change:
        found = past.comparison.of(change)
        if found or change in {Change.NEW, Change.FIXED, Change.STILL_FAILING}:
            named = tuple((one, one.clause in known) for one in found[:_NAMED])
            told.append(Since(change, _MEANINGS[change], named, len(found)))
    return tuple(told)


def _card(
    headline: view.Headline, counts: Mapping[Standing, int], observed: int, past: Past, report: Report
) -> Card:
    earlier = [(one.head.started, one.counts.get(headline.api, {})) for one in past.runs]
    known = [one for one in earlier if one[1]]
    return Card(
        headline.api,
        headline.title,
        headline.words,
        headline.excused,
        headline.standing,
        sum(counts.get(standing, 0) for standing in _READ),
        tuple((standing, WORDS[standing], counts.get(standing, 0)) for standing in _READ),
        observed,
        Markup(_bar(counts)),  # noqa: S704 - every text in it is escaped
        Markup(_columns([*known, (report.header.started, counts)])) if known else None,  # noqa: S704
        _told([counts for _, counts in known], counts),
    )


def _bar(counts: Mapping[Standing, int]) -> str:
    parts = [f'<svg class="bar" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" aria-hidden="true">']
    at = 0.0
    for standing, share in _shares(counts):
        parts.append(_rect(standing, at, 0, share * _WIDE, _HIGH))
        at += share * _WIDE
    return "".join([*parts, "</svg>"])


def _columns(runs: Sequence[tuple[str, Mapping[Standing, int]]]) -> str:
    """A column a run, its standings stacked, the run of this page last."""
    height = 44
    wide = len(runs) * (_COLUMN + _GAP) - _GAP
    spoken = f"{len(runs)} runs, the oldest first: " + "; ".join(_sentence(*run) for run in runs)
    parts = [
        f'<svg class="trend" width="{wide}" height="{height + 3}" role="img" aria-label="{_safe(spoken)}">'
    ]
    for number, run in enumerate(runs):
        left, bottom = number * (_COLUMN + _GAP), float(height)
        parts.append(f"<g><title>{_safe(_sentence(*run))}</title>")
        for standing, share in _shares(run[1]):
            bottom -= share * height
            parts.append(_rect(standing, left, bottom, _COLUMN, share * height))
        parts.append("</g>")
    parts.append(f'<rect class="now" x="{wide - _COLUMN}" y="{height + 1}" width="{_COLUMN}" height="2"/>')
    return "".join([*parts, "</svg>"])


def _shares(counts: Mapping[Standing, int]) -> Iterator[tuple[Standing, float]]:
    """Parts of one whole; what is there at all is seen, however few of many it is."""
    found = {standing: counts.get(standing, 0) for standing in WORDS if counts.get(standing, 0)}
    least = 0.04 * sum(found.values())
    sizes = {standing: max(float(count), least) for standing, count in found.items()}
    whole = sum(sizes.values())
    return ((standing, size / whole) for standing, size in sizes.items())


def _rect(standing: Standing, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="f-{standing}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _sentence(started: str, counts: Mapping[Standing, int]) -> str:
    told = ", ".join(f"{counts[s]} {WORDS[s]}" for s in _READ if counts.get(s, 0))
    return f"{started[:16].replace('T', ' ')}: {told or 'nothing promised'}"


def _told(earlier: Sequence[Mapping[Standing, int]], now: Mapping[Standing, int]) -> str:
    if not earlier:
        return ""
    before = earlier[-1]
    moved = [
        f"{now.get(s, 0) - before.get(s, 0):+d} {WORDS[s]}"
        for s in _READ
        if now.get(s, 0) != before.get(s, 0)
    ]
    return ", ".join(moved).replace("-", "−") if moved else "nothing moved"


def _safe(text: str) -> str:
    return escape(visible(text))
