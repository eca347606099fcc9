"""Where a violation comes from: the first run it was seen in, and the last one before that in which all was well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assay.model.verdict import Standing

#: how a run is named: a row of ten thousand is no place for all that is known of each
Run = TypeVar("Run")
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Sighting(Generic[Run]):
    """How what is looked for stood in one run."""

    run: Run
    #: of its clause
    standing: Standing
    #: it was seen broken, in the very way that is looked for
    broken: bool


@dataclass(frozen=True, slots=True)
class Origin(Generic[Run]):
    """What a row of runs tells of one violation."""

    clause: str
    #: empty: any way in which the clause is broken
    fingerprint: str
    #: runs that have the clause, and those that saw it broken so
    runs: int
    broken: int
    #: the first that saw it, and the last before it in which the clause was verified: it came between these two
    first: Run | None = None
    good: Run | None = None
    #: the same of its latest stretch, where it had gone in between; None where it never went
    again: Run | None = None
    good_again: Run | None = None
    #: the last that saw it
    last: Run | None = None
    #: the first after that in which the clause was verified: since then it is mended
    mended: Run | None = None

    def named(self, find: Callable[[Run], Known]) -> Origin[Known]:
        """The same with runs that are named otherwise."""

        def known(run: Run | None) -> Known | None:
            return None if run is None else find(run)

        return Origin(self.clause, self.fingerprint, self.runs, self.broken, known(self.first), known(self.good),
                      known(self.again), known(self.good_again), known(self.last), known(self.mended))  # fmt: skip


def origin(clause: str, fingerprint: str, sightings: Iterable[Sighting[Run]]) -> Origin[Run]:
    """Where it came from, by the runs in the order in which they began.

    Only a run that verified the clause is a good one: one that did not witness it, or saw it broken in another way, is
    neither good nor bad.
    """
    row = list(sightings)
    bad = [at for at, sighting in enumerate(row) if sighting.broken]
    if not bad:
        return Origin(clause, fingerprint, len(row), 0)
    first, last = bad[0], bad[-1]
    good = _good(row, first)
    late = _good(row, last)
    came_back = late is not None and late > first
    again = next(at for at in bad if late is None or at > late)
    mended = next((one.run for one in row[last + 1 :] if one.standing is Standing.VERIFIED), None)
    return Origin(
        clause=clause,
        fingerprint=fingerprint,
        runs=len(row),
        broken=len(bad),
        first=row[first].run,
        good=row[good].run if good is not None else None,
        again=row[again].run if came_back else None,
        good_again=row[late].run if late is not None and came_back else None,
        last=row[last].run,
        mended=mended,
    )


def _good(row: Sequence[Sighting[Run]], before: int) -> int | None:
    """The last run before that one which verified the clause."""
    return next((at for at in range(before - 1, -1, -1) if row[at].standing is Standing.VERIFIED), None)
