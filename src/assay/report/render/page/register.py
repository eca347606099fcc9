"""All clauses, by operation and lifecycle: what they have in common is said once, so that long pages stay small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assay.model.verdict import Standing
from assay.report import view
from assay.report.result import ClauseResult, Report

T = TypeVar("T")

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
    #: the spot in the unit's source, or the whole source where it is another
    source: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The clauses of one operation or lifecycle."""

    api: str
    title: str
    #: what their ids begin with
    prefix: str
    file: str
    source: view.SourceLink | None
    counts: tuple[tuple[Standing, int], ...]
    lines: tuple[Line, ...]

    @property
    def standings(self) -> str:
        """The standings it has, for the filter."""
        return " ".join(str(standing) for standing, _ in self.counts)


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
    file = Counter(r.clause.place.file for r in results).most_common(1)[0][0]
    key = Counter(r.clause.source.partition("#")[0] for r in results).most_common(1)[0][0]
    counts = Counter(result.standing for result in results)
    name = prefix.removeprefix(f"{first.api}/").rstrip("/")
    return Unit(
        first.api,
        name.replace("lifecycle/", "lifecycle ", 1),
        prefix,
        file,
        view.source_named(report, first.api, key),
        tuple((standing, counts[standing]) for standing in view.SYMBOLS if counts[standing]),
        tuple(_lines(prefix, file, key, results)),
    )


def _lines(prefix: str, file: str, key: str, results: Sequence[ClauseResult]) -> Iterator[Line]:
    for result in results:
        clause = result.clause
        source, _, spot = clause.source.partition("#")
        place = clause.place
        where = f"{place.line}:{place.column}" if place.file == file and place.line else str(place)
        tail = clause.id.removeprefix(prefix) or clause.id
        yield Line(result, tail, where, (f"#{spot}" if spot else "") if source == key else clause.source)
