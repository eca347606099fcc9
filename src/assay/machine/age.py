"""Time in the table: how long an instance has been in its state, and where time alone may have brought it.

Nobody sees the moment at which a server changes a state: it lies between a request and its answer. So a moment is a
`Span`, the earliest and the latest that it can have been, in seconds of the clock of whoever asks; and the age of an
instance is two numbers, counted from the answer that brought the state to the start of the next request (at least) and
from the request that brought it to the end of the next answer (at most). What is not known is unbounded, and then
everything that time could do may have happened: nobody is accused for want of a clock.

Two kinds of cell let time act. `eventually: {within, to}` brings the instance there by itself, at any moment up to
`within`. `expires: {after, slack}` with `to` does so between `after` and `after` + `slack`. The operation of such a
cell sees it happen, and its cell says what it answers; every other operation finds the instance there. Where time leads
on from there, even that operation may come too late to see it, and find the instance further on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final, NamedTuple

from assay.model.lifecycle import Cell, Lifecycle
from assay.model.terms import Span

__all__ = ["SOMETIME", "Drift", "Leaving", "Since", "Span", "Timetable", "age"]


#: a moment of which nothing is known
SOMETIME: Final = Span(-math.inf, math.inf)

#: state -> since when the instance has been in it, if that is the state it is in
Since = Mapping[str, Span]


@dataclass(frozen=True, slots=True)
class Leaving:
    """One way in which time alone leads out of a state. Ages in seconds."""

    #: whose cell says so, and whose answer shows it
    operation: str
    to: str
    #: it does not happen before
    earliest: float
    #: it has surely happened then
    latest: float
    #: fields that change with it
    sets: frozenset[str]


class Drift(NamedTuple):
    """Where time alone may have brought an instance."""

    states: frozenset[str]
    since: Since
    #: fields that may have changed on the way
    unsure: frozenset[str] = frozenset()
    #: states that it may have come through unseen: of their cells only what time does may be answered
    through: frozenset[str] = frozenset()


def age(state: str, since: Since, asked: Span) -> Span:
    """How long the instance had been in that state when the request was answered: at least, and at most."""
    entered = since.get(state, SOMETIME)
    return Span(max(0.0, asked.earliest - entered.latest), max(0.0, asked.latest - entered.earliest))


class Timetable:
    """What time does to the instances of a lifecycle."""

    def __init__(self, cycle: Lifecycle) -> None:
        self._leavings: dict[str, tuple[Leaving, ...]] = {}
        for row in cycle.cells.values():
            for state, cell in row.items():
                if found := tuple(_leavings(cell)):
                    self._leavings[state] = (*self._leavings.get(state, ()), *found)

    @property
    def empty(self) -> bool:
        """True when time alone leads nowhere."""
        return not self._leavings

    def touches(self, states: Set[str]) -> bool:
        """True when time alone leads out of one of these states."""
        return not self._leavings.keys().isdisjoint(states)

    def drift(self, states: frozenset[str], since: Since, asked: Span, operation: str | None = None) -> Drift:
        """Where an instance that was in one of `states` may be when `operation` is asked of it.

        What the cell of `operation` itself says of time is left out, because the answer will show it; but the time
        that leads on from there may have passed, too.
        """
        if not self.touches(states):
            return Drift(states, since)
        walk = _Walk(self._leavings, asked, operation)
        for state in sorted(states):
            walk.enter(state, since.get(state, SOMETIME))
        return walk.drift()


class _Walk:
    """The ways that time may have gone by now."""

    def __init__(
        self, leavings: Mapping[str, tuple[Leaving, ...]], asked: Span, operation: str | None
    ) -> None:
        self._leavings, self._asked, self._operation = leavings, asked, operation
        #: when each state was entered; the unseen ones apart
        self._entered: dict[str, Span] = {}
        self._unseen: dict[str, Span] = {}
        self._stays: set[str] = set()
        self._unsure: set[str] = set()

    def drift(self) -> Drift:
        """Where it all may have ended."""
        through = frozenset(self._unseen) - self._stays
        since = {**self._unseen, **self._entered}
        return Drift(
            frozenset(self._stays),
            {state: since[state] for state in (*self._stays, *through)},
            frozenset(self._unsure),
            through,
        )

    def enter(self, state: str, moment: Span, *, unseen: bool = False) -> None:
        """Comes into a state at that moment, and goes on from there as time may have done."""
        moments = self._unseen if unseen else self._entered
        known = moments.get(state)
        if known is not None and known.earliest <= moment.earliest and known.latest >= moment.latest:
            return
        # met by two ways: at any moment from the first of them on, lest a circle be walked for ever
        moments[state] = moment if known is None else Span(min(known[0], moment[0]), self._asked.latest)
        so_long = age(state, moments, self._asked)
        ways = self._leavings.get(state, ())
        shown = set() if unseen else {way.to for way in ways if way.operation == self._operation}
        gone = min((way.latest for way in ways if way.to not in shown), default=math.inf)
        if not unseen and so_long.earliest <= gone:
            self._stays.add(state)
        for way in ways:
            if way.earliest > min(so_long.latest, gone):
                continue
            if way.to not in shown:
                self._unsure |= way.sets
            latest = min(moments[state].latest + way.latest, self._asked.latest)
            self.enter(way.to, Span(moments[state].earliest + way.earliest, latest), unseen=way.to in shown)


def _leavings(cell: Cell) -> Iterator[Leaving]:
    for way in cell.transitions:
        if way.to in {None, cell.state}:
            continue
        if cell.eventually is not None:
            times = (0.0, cell.eventually.within)
        elif way.expires is not None:
            times = (way.expires.after, way.expires.after + way.expires.slack)
        else:
            continue
        yield Leaving(cell.operation, str(way.to), *times, frozenset(way.set))
