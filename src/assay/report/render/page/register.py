"""All clauses, by operation and lifecycle: what they have in common is said once, so that long pages stay small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assay.model.contract import Strength
from assay.model.verdict import Standing
from assay.report import view
from assay.report.legible import one_line, visible
from assay.report.result import ClauseResult, Report

T = TypeVar("T")

#: clauses of a report, above which those that are kept are told in text
MANY = 6000
#: classes of rows, which there may be tens of thousands of
LETTERS = {
    Standing.VERIFIED: "v",
    Standing.VIOLATED: "x",
    Standing.UNWITNESSED: "u",
    Standing.INCONCLUSIVE: "i",
    Standing.OBSERVED: "o",
    Strength.DOCUMENTED: "d",
    Strength.EXEMPLIFIED: "e",
    Strength.SILENT: "s",
}
#: rows of a table that are shown at once; more are folded together in chunks
CHUNK = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One clause."""

    result: ClauseResult
    #: its id without what the ids of its unit have in common
    tail: str
    #: line and column in the unit's file, or the whole place where it lies in another
    place: str
    #: its title without the name of the unit's operation in front
    title: str
    #: strength and source, where they are not the unit's
    otherwise: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The clauses of one operation or lifecycle."""

    api: str
    title: str
    #: what their ids begin with
    prefix: str
    file: str
    source: view.SourceLink
    strength: Strength
    counts: tuple[tuple[Standing, int], ...]
    lines: tuple[Line, ...]
    #: the verified ones as text, a line each, where a report has so many clauses that rows would make the page slow
    kept: str
    #: why several of them are unwitnessed; empty: it is said of each
    reason: str

    @property
    def standings(self) -> str:
        """The standings it has, for the filter."""
        return " ".join(str(standing) for standing, _ in self.counts)


def place_of(report: Report, anchors: Callable[[str], str]) -> Callable[[str], str]:
    """Where the page tells of a clause: its row, or its unit where it has none."""
    if len(report.clauses) <= MANY:
        return anchors
    textual = {r.clause.id: _prefix(r) for r in report.clauses if _textual(r)}
    return lambda clause: anchors(textual.get(clause, clause))


def _textual(result: ClauseResult) -> bool:
    return result.standing is Standing.VERIFIED and not result.fingerprints


def units(report: Report) -> tuple[Unit, ...]:
    """In the order of their clauses' ids."""
    found: dict[str, list[ClauseResult]] = {}
    for result in report.clauses:
        found.setdefault(_prefix(result), []).append(result)
    return tuple(_unit(report, prefix, results) for prefix, results in found.items())


def chunks(rows: Sequence[T], size: int = CHUNK) -> tuple[tuple[int, Sequence[T]], ...]:
    """The rows in pieces, each with the number of its first row from 1; one piece where they are few."""
    return tuple((start + 1, rows[start : start + size]) for start in range(0, len(rows), size))


def _prefix(result: ClauseResult) -> str:
    parts = result.clause.id.split("/")
    return "/".join(parts[: 3 if parts[1:2] == ["lifecycle"] else 2]) + "/"


def _unit(report: Report, prefix: str, results: Sequence[ClauseResult]) -> Unit:
    first = results[0].clause
    file = _most(r.clause.place.file for r in results)
    source = _most(r.clause.source for r in results)
    strength = _most(r.clause.strength for r in results)
    counts = Counter(result.standing for result in results)
    name = prefix.removeprefix(f"{first.api}/").rstrip("/")
    common = _Common(prefix, file, source, strength)
    many = len(report.clauses) > MANY
    rows, texts = (
        [r for r in results if not (many and _textual(r))],
        [r for r in results if many and _textual(r)],
    )
    return Unit(
        first.api,
        name.replace("lifecycle/", "lifecycle ", 1),
        prefix,
        file,
        view.source_named(report, first.api, source),
        strength,
        tuple((standing, counts[standing]) for standing in view.SYMBOLS if counts[standing]),
        tuple(common.line(result) for result in rows),
        "\n".join(common.text(result) for result in texts),
        _shared(results),
    )


def _shared(results: Sequence[ClauseResult]) -> str:
    """The reason that most of its unwitnessed clauses have, when several have one."""
    reasons = Counter(r.reason for r in results if r.standing is Standing.UNWITNESSED and r.reason)
    reason, count = reasons.most_common(1)[0] if reasons else ("", 0)
    return reason if count > 1 else ""


def _most(values: Iterable[T]) -> T:
    return Counter(values).most_common(1)[0][0]


@dataclass(frozen=True, slots=True)
class _Common:
    """What most clauses of a unit have in common."""

    prefix: str
    file: str
    source: str
    strength: Strength

    def line(self, result: ClauseResult) -> Line:
        """The clause, without what is said above the table."""
        clause, place = result.clause, result.clause.place
        where = f"{place.line}:{place.column}" if place.file == self.file and place.line else str(place)
        key, _, spot = clause.source.partition("#")
        source = f"#{spot}" if spot and key == self.source.partition("#")[0] else clause.source
        other = [
            str(clause.strength) if clause.strength is not self.strength else "",
            source if clause.source != self.source else "",
        ]
        return Line(
            result,
            clause.id.removeprefix(self.prefix) or clause.id,
            where,
            clause.title.removeprefix(f"{clause.operation} ") or clause.title,
            ", ".join(filter(None, other)),
        )

    def text(self, result: ClauseResult) -> str:
        """The clause in one line."""
        line = self.line(result)
        told = f"{line.tail} ({result.seen}): {one_line(line.title, 160)}"
        return visible(f"{told} [{line.otherwise}]" if line.otherwise else told).replace("\n", " ")
