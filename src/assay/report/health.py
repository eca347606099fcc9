"""How well the target was: an API that breaks its promises told apart from a server that was down or drowning.

One operation that always answers 500 is broken. A server that answers nearly nothing, whatever it is asked, for dozens
of requests in a row, is sick: what it broke then says something about the server's day and nothing about its API. A
*bad* answer is none at all, or 5xx. The target counts as sick from the moment when `SHARE` of the last `WINDOW`
requests were answered badly, and they went to at least `OPERATIONS` operations (or to all, where there are two); it is
well again once fewer than `WELL_AGAIN` of the last `WINDOW` were.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: requests in a row that are looked at
WINDOW = 40
#: of these, so many answered badly are a sickness, and fewer than so many are none any more
SHARE, WELL_AGAIN = 0.9, 0.5
#: operations that have to suffer
OPERATIONS = 3
#: fewer operations than these tell nothing: one that fails always may just be broken
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Bout:
    """One time of sickness."""

    #: numbers of its first and last request, counted from 1 in the order of the log
    first: int
    last: int
    #: requests that were answered badly, of all in that time
    bad: int
    of: int
    #: operations that were answered badly, as `api/operation`, sorted
    operations: tuple[str, ...]

    @property
    def told(self) -> str:
        """It in words."""
        return (
            f"requests {self.first} to {self.last}: {self.bad} of {self.of} were answered with a server error or not "
            f"at all, over {len(self.operations)} operations"
        )


@dataclass(frozen=True, slots=True)
class Health:
    """How well the target was during a run."""

    bouts: tuple[Bout, ...] = ()

    @property
    def sick(self) -> bool:
        """True when it was sick at any time."""
        return bool(self.bouts)

    @property
    def told(self) -> str:
        """It in words; empty when it was well."""
        if not self.bouts:
            return ""
        return f"the target was sick ({'; '.join(bout.told for bout in self.bouts[:3])})"


WELL = Health()


@dataclass(slots=True)
class _One:
    """One of the last requests."""

    operation: str
    bad: bool
    #: clauses that it broke by being answered badly
    broken: tuple[str, ...]


class Pulse:
    """Watches a log go by, in constant memory."""

    def __init__(self, operations: int) -> None:
        """`operations` is how many the run's contracts have."""
        self._needed = min(OPERATIONS, max(operations, 1))
        self._hopeless = self._needed < _FEWEST
        self._last: deque[_One] = deque(maxlen=WINDOW)
        self._bad = 0
        self._number = 0
        self._bouts: list[Bout] = []
        #: first request, those answered badly and all so far, operations; None: the target is well
        self._now: tuple[int, int, int, set[str]] | None = None

    @property
    def sick(self) -> bool:
        """True while it is."""
        return self._now is not None

    def take(self, operation: str, *, bad: bool, broken: Iterable[str] = ()) -> Iterator[str]:
        """Takes the next exchange, and yields the clauses, once for each time, that sickness broke and not the API.

        `broken` are the clauses that this one breaks where it was answered badly.
        """
        self._number += 1
        if len(self._last) == WINDOW:
            self._bad -= self._last[0].bad
        self._last.append(_One(operation, bad, tuple(broken)))
        self._bad += bad
        if self._now is not None:
            yield from self._goes_on(operation, bad=bad)
        elif bad and self._falls_sick():
            first = self._number - len(self._last) + 1
            suffering = {one.operation for one in self._last if one.bad}
            self._now = first, self._bad, len(self._last), suffering
            for one in self._last:
                if one.bad:
                    yield from one.broken

    def health(self) -> Health:
        """What is known so far."""
        return Health((*self._bouts, *([self._bout()] if self._now is not None else [])))

    def _falls_sick(self) -> bool:
        if self._hopeless or len(self._last) < WINDOW or self._bad < SHARE * WINDOW:
            return False
        return len({one.operation for one in self._last if one.bad}) >= self._needed

    def _goes_on(self, operation: str, *, bad: bool) -> Iterator[str]:
        if self._now is None:
            return
        first, count, of, suffering = self._now
        if bad:
            suffering.add(operation)
            yield from self._last[-1].broken
        self._now = first, count + bad, of + 1, suffering
        if self._bad < WELL_AGAIN * WINDOW:
            self._bouts.append(self._bout())
            self._now = None

    def _bout(self) -> Bout:
        assert self._now is not None  # noqa: S101 - asked while sick only
        first, bad, of, suffering = self._now
        return Bout(first, first + of - 1, bad, of, tuple(sorted(suffering)))
