"""What was before a run, as far as the history tells: the trend, and what became of each clause since the last time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assay.model.record import Head, Mark
from assay.model.terms import Strength
from assay.model.verdict import Standing
from assay.report.trend import Comparison

#: runs before this one that a trend shows
RUNS = 11


@dataclass(frozen=True, slots=True)
class Earlier:
    """One run of before, counted."""

    head: Head
    #: api -> standing -> clauses
    counts: Mapping[str, Mapping[Standing, int]]


@dataclass(frozen=True, slots=True)
class Past:
    """The runs before one, of the same target and profile, and how it compares with the last of them."""

    #: the oldest first
    runs: tuple[Earlier, ...] = ()
    #: None: there is none to compare with
    comparison: Comparison | None = field(default=None)
    #: why there is no trend; empty where there is one
    why: str = ""


#: for whoever makes a report without asking any history
UNASKED = Past(why="no history was asked when this page was made")
#: for the first run of its kind
FIRST = Past(why="there is no earlier run of this target and profile in the history")


def counted(marks: Iterable[Mark]) -> Mapping[str, Mapping[Standing, int]]:
    """How many promises of each API have which standing: a clause's id begins with its API."""
    found: dict[str, Counter[Standing]] = {}
    for mark in marks:
        if mark.strength is not Strength.SILENT:
            found.setdefault(mark.clause.partition("/")[0], Counter())[mark.standing] += 1
    return found
