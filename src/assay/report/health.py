"""How well the target was: an API that breaks its promises told apart from a server that was down or drowning.

One operation that always answers 500 is broken. A server that answers nearly nothing, whatever it is asked, for dozens
of requests in a row, is sick: what it broke then says something about the server's day and nothing about its API. A
*bad* answer is none at all, or 5xx. The target counts as sick for a stretch of the run

* of `STRETCH` requests at least, of which `SHARE` were answered badly, and so of each operation that was asked more
  than now and then;
* that `OPERATIONS` operations suffer (both, where there are two), which had been answering before; where nothing ever
  answered, it has to be `MOST` of all there are.

It is well again once fewer than `WELL_AGAIN` of the last `STRETCH` requests were answered badly. An API of one
operation is never excused.

The order of a log is that of histories, of which dozens were under way at once, each told as a whole: so what was
answered badly within `NEARBY` requests of a sickness belongs to it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assay.report.glance import Told

#: requests in a row that are looked at
STRETCH = 40
#: of these, so many answered badly are a sickness, and fewer than so many are none any more
SHARE, WELL_AGAIN = 0.9, 0.5
#: operations that have to suffer
OPERATIONS = 3
#: and the part of all of them, where none has ever answered
MOST = 0.66
#: requests before and after a sickness that may have been made during it: some thirty histories of twenty steps
NEARBY = 600
#: fewer operations than these tell nothing: one that fails always may just be broken
_FEWEST = 2
#: good answers that a stretch may begin with; and requests from which on an operation's own share counts
_SPARED, _NOW_AND_THEN = 2, 3


#: what gateways answer for servers that are down or drowning, documented or not (RFC 9110 §15.6.3 to §15.6.5)
_GATEWAY = frozenset({502, 503, 504})


def answered_badly(step: Told) -> bool:
    """True for an answer that a sick server gives, or none: an error of the server that nobody documented."""
    status = step.status
    if status is None:
        return step.failure is not None
    return status >= 500 and (step.undocumented or status in _GATEWAY)


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
class _Stretch:
    """Requests in a row that were nearly all answered badly."""

    #: number of the first
    first: int
    bad: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    #: clauses broken by bad answers, and how often; told once it is a sickness
    broken: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> int:
        """Requests that were answered otherwise."""
        return self.asked.total() - self.bad.total()

    def suffering(self) -> frozenset[str] | None:
        """The operations that are answered badly; None where one is answered otherwise."""
        for operation, count in self.asked.items():
            if count >= _NOW_AND_THEN and self.bad[operation] < SHARE * count:
                return None
        return frozenset(name for name, count in self.bad.items() if count >= _NOW_AND_THEN)


class Pulse:
    """Watches a log go by, in memory that depends on the contracts alone."""

    def __init__(self, operations: int) -> None:
        """`operations` is how many the run's contracts have."""
        self._operations = operations
        self._number = 0
        self._last: deque[bool] = deque(maxlen=STRETCH)
        self._bouts: list[Bout] = []
        #: what may be a sickness, or is one
        self._now: _Stretch | None = None
        self._sick = False
        #: what was broken by bad answers lately, with the number of the last of them
        self._lately: deque[tuple[int, Counter[str]]] = deque()
        #: number of the last request that may belong to a sickness that is over
        self._until = 0
        #: operations that answered well outside of it
        self._answering: set[str] = set()

    @property
    def sick(self) -> bool:
        """True while it is."""
        return self._sick

    def take(self, operation: str, *, bad: bool, broken: Iterable[str] = ()) -> Iterator[str]:
        """Takes the next exchange, and yields the clauses, once for each time, that sickness broke and not the API.

        `broken` are the clauses that this one breaks where it was answered badly.
        """
        self._number += 1
        self._last.append(bad)
        now = self._now
        if now is None:
            if not bad:
                self._answering.add(operation)
                return
            now = self._now = _Stretch(self._number)
        now.asked[operation] += 1
        if bad:
            now.bad[operation] += 1
            now.broken.update(broken)
        if self._sick:
            yield from self._goes_on(now)
        elif now.good > max(_SPARED, (1 - SHARE) * now.asked.total()):
            self._answering.update(name for name, count in now.asked.items() if now.bad[name] < count)
            self._now = None
            if self._number <= self._until:
                yield from self._blamed(now)
            else:
                self._lately.append((self._number, now.broken))
                while self._lately[0][0] < self._number - NEARBY:
                    self._lately.popleft()
        elif bad and self._falls_sick(now):
            self._sick = True
            for number, lately in self._lately:
                if number >= now.first - NEARBY:
                    yield from lately.elements()
            self._lately.clear()
            yield from self._blamed(now)

    def health(self) -> Health:
        """What is known so far."""
        return Health((*self._bouts, *([self._bout(self._now)] if self._sick and self._now else [])))

    def _falls_sick(self, now: _Stretch) -> bool:
        asked = now.asked.total()
        if asked < STRETCH or now.bad.total() < SHARE * asked:
            return False
        suffering = now.suffering()
        needed = min(OPERATIONS, max(self._operations, _FEWEST))
        if suffering is None or len(suffering) < needed:
            return False
        return len(suffering & self._answering) >= needed or len(suffering) >= MOST * self._operations

    def _goes_on(self, now: _Stretch) -> Iterator[str]:
        yield from self._blamed(now)
        if sum(self._last) < WELL_AGAIN * STRETCH:
            self._bouts.append(self._bout(now))
            self._now, self._sick, self._until = None, False, self._number + NEARBY

    @staticmethod
    def _blamed(now: _Stretch) -> Iterator[str]:
        told, now.broken = now.broken, Counter()
        yield from told.elements()

    @staticmethod
    def _bout(now: _Stretch) -> Bout:
        asked = now.asked.total()
        return Bout(now.first, now.first + asked - 1, now.bad.total(), asked, tuple(sorted(now.bad)))
