"""One step of the possible-worlds semantics.

The model carries the *set* of states an instance may be in. An answer is wrong only when it leaves none: after a
timed-out request two worlds are possible, and either may be the real one (as in nondeterministic linearizability
checkers). A silent cell allows every answer and afterwards, if the request succeeded, every state but `absent`.

Time makes worlds too (`machine.age`): before a step the instance may have been brought elsewhere, and which ways of a
cell hold depends on how long it has been in its state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from assay.machine.age import SOMETIME, Drift, Since, Span, Timetable, age
from assay.machine.expression import MISSING, RuleError, Scope, compile_rule
from assay.machine.predicate import Predicate
from assay.model.contract import Json
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Cell, Lifecycle, Transition


@dataclass(frozen=True, slots=True)
class Miss:
    """Why one cell does not allow the answer."""

    cell: Cell
    message: str
    #: `status` or the place in the body, for fingerprints
    facet: str
    pointer: str = ""
    #: True when the status fits and only the body does not
    status_fits: bool = False
    #: the status it wanted, where that is what does not fit
    wanted: int = 0
    #: True when a guard or body could not be evaluated: neither allowed nor refused
    doubt: bool = False
    #: True when the instance should have expired by then
    overdue: bool = False


#: nothing is known of when
NO_SINCE: Final[Since] = MappingProxyType({})
_NOWHERE: frozenset[str] = frozenset()


class Taken(NamedTuple):
    """What the table says of one answer. A tuple, because there is one for every exchange."""

    #: cells that allow it
    fits: tuple[Cell, ...]
    #: cells met on the way that say nothing of this request: they allow everything
    silent: tuple[Cell, ...]
    #: why the others do not
    misses: tuple[Miss, ...]
    #: states the instance may be in now; empty when nothing allows the answer
    states: frozenset[str]
    #: the ways of `fits` that were taken
    ways: tuple[Transition, ...] = ()
    #: those of `fits` that allow it only because the instance has expired
    expired: tuple[Cell, ...] = ()
    #: those of `fits` that allow it only while what they promise may still come
    pending: tuple[Cell, ...] = ()
    #: since when the instance may have been in each of `states`
    since: Since = NO_SINCE
    #: fields that time alone may have changed
    unsure: frozenset[str] = frozenset()


class _Answer(NamedTuple):
    """What was answered, and what rules can see of it."""

    status: int
    body: Json
    scope: Scope
    #: True where the operation documents that status
    documented: bool


class Machine:
    """A lifecycle ready to step. Predicates and guards are compiled once."""

    def __init__(self, lifecycle: Lifecycle, components: Mapping[str, Json]) -> None:
        self.lifecycle = lifecycle
        leads = {t.to for row in lifecycle.cells.values() for cell in row.values() for t in cell.transitions}
        #: where an instance can be at all; `absent` only where the table says that one may cease to exist
        self._anywhere = {s.name for s in lifecycle.states if s.name != ABSENT or ABSENT in leads}
        self._predicates: dict[int, Predicate] = {}
        #: the ways that ask for nothing but their status
        self._free: set[int] = set()
        for row in lifecycle.cells.values():
            for cell in row.values():
                for transition in (
                    *cell.transitions,
                    *(cell.eventually.meanwhile if cell.eventually else ()),
                ):
                    if transition.body is None and transition.when is None:
                        self._free.add(id(transition))
                    if transition.body is not None:
                        self._predicates[id(transition)] = Predicate(transition.body, components)
        #: the cells of which time decides, too, by state and operation
        self._timed = {
            (cell.state, cell.operation)
            for row in lifecycle.cells.values()
            for cell in row.values()
            if cell.eventually is not None or cell.expired
        }
        self._timetable = Timetable(lifecycle)
        #: time has no say in the table
        self.timeless = not self._timed and self._timetable.empty

    def step(
        self,
        states: frozenset[str],
        operation: str,
        status: int,
        body: Json,
        scope: Scope,
        *,
        since: Since | None = None,
        asked: Span = SOMETIME,
        documented: bool = True,
    ) -> Taken:
        """What an answer means for an instance that may be in any of `states`.

        `body` is the parsed JSON, None for null or a zero-length body, `MISSING` when it is not JSON. `since` says
        when each state was entered and `asked` when the request began and its answer had come, both by one clock;
        without them nothing is too early or too late. `documented`: the operation documents that status.
        """
        answer = _Answer(status, body, scope, documented)
        if len(states) == 1 and (self.timeless or not self._timetable.touches(states)):
            (state,) = states
            cell = self.lifecycle.cell(state, operation)
            if cell is not None and (state, operation) not in self._timed:
                return self._at_once(cell, answer, (since or {}).get(state, SOMETIME), asked)
        drifted = self._timetable.drift(states, since or {}, asked, operation)
        tally = _Tally(asked, drifted)
        row = self.lifecycle.cells.get(operation, {})
        for state in sorted(drifted.states | drifted.through):
            cell = row.get(state)
            if cell is None:
                continue
            if (state, operation) not in self._timed:
                if state in drifted.states:
                    self._weigh(cell, answer, tally)
                continue
            so_long = age(state, drifted.since, asked)
            if state in drifted.states:
                self._weigh_in_time(cell, so_long, answer, tally)
            elif taken := [way for way in _timely(cell, so_long) if self._miss(cell, way, answer) is None]:
                tally.takes(cell, taken)
        return tally.taken()

    def _at_once(self, cell: Cell, answer: _Answer, entered: Span, asked: Span) -> Taken:
        """What the one cell says that can say something, where time has no say: the usual case, and soon told."""
        status = answer.status
        # of a way with another status it does not matter why it is not taken, as long as some way is
        taken = [
            way
            for way in cell.transitions
            if way.status == status and (id(way) in self._free or self._miss(cell, way, answer) is None)
        ]
        miss = None
        if not taken:
            taken, miss = self._tried(cell, answer)
        if taken:
            moments: dict[str, Span] = {}
            for way in taken:
                moments[way.to or cell.state] = entered if way.to is None else asked
            if len(moments) == len(taken):
                return Taken((cell,), (), (), frozenset(moments), tuple(taken), since=moments)
        elif miss is not None:
            return Taken((), (), (miss,), _NOWHERE, since={})
        tally = _Tally(asked, Drift(frozenset({cell.state}), {cell.state: entered}))
        self._tell(cell, taken, miss, answer, tally)
        return tally.taken()

    def _weigh(self, cell: Cell, answer: _Answer, tally: _Tally) -> None:
        """What the cell says of an answer, where time has no say in it."""
        taken, miss = self._tried(cell, answer)
        self._tell(cell, taken, miss, answer, tally)

    def _tried(self, cell: Cell, answer: _Answer) -> tuple[list[Transition], Miss | None]:
        """The ways of a cell that allow the answer, and why it surely does not where none does."""
        taken: list[Transition] = []
        closed: list[Miss] = []
        doubt = False
        for way in cell.transitions:
            miss = self._miss(cell, way, answer)
            if miss is None:
                taken.append(way)
            else:
                doubt = doubt or miss.doubt
                if miss.facet != "when":
                    closed.append(miss)
        return taken, self._closest(
            cell, closed, answer.status
        ) if closed and not doubt and not taken else None

    def _tell(
        self, cell: Cell, taken: list[Transition], miss: Miss | None, answer: _Answer, tally: _Tally
    ) -> None:
        if taken:
            tally.takes(cell, taken)
        elif miss is not None:
            tally.misses.append(miss)
        else:  # silent, or no case of it applies to this request for certain
            tally.says_nothing(cell, self._after_silence(cell.state, answer.status))

    def _weigh_in_time(self, cell: Cell, so_long: Span, answer: _Answer, tally: _Tally) -> None:
        """What the cell says of an answer about an instance that has been in its state for so long."""
        open_ways, overdue = _open(cell, so_long)
        tried = [(way, self._miss(cell, way, answer)) for way in open_ways]
        taken = [way for way, miss in tried if miss is None]
        missed = [miss for _, miss in tried if miss is not None]
        closed = [miss for miss in missed if miss.facet != "when"]
        waits = cell.eventually is not None and so_long.earliest <= cell.eventually.within
        if until := waits and self._meanwhile(cell, answer):
            tally.waits(cell, alone=not taken)
        if taken:
            tally.takes(cell, taken)
        elif until:
            return
        elif closed and not any(miss.doubt for miss in missed):
            closest = self._closest(cell, closed, answer.status)
            tally.misses.append(_in_time(closest, cell, so_long, answer.status, overdue=overdue, waits=waits))
        else:  # silent, or no case of it applies to this request for certain
            tally.says_nothing(cell, self._after_silence(cell.state, answer.status))

    def drift(self, states: frozenset[str], since: Since, asked: Span) -> Drift:
        """Where time alone may have brought an instance that was in one of `states`."""
        return self._timetable.drift(states, since, asked)

    def successors(self, states: frozenset[str], operation: str) -> frozenset[str]:
        """Where the instance may be when it is not known whether the operation took effect."""
        after = set(states)
        for state in states:
            cell = self.lifecycle.cell(state, operation)
            if cell is None or cell.silent:
                after |= self._after_silence(state, 200)
            else:
                after |= {t.to or state for t in cell.transitions}
        return frozenset(after)

    def touched(self, operation: str) -> frozenset[str]:
        """The fields that an operation may have changed when it is not known whether it took effect."""
        row = self.lifecycle.cells.get(operation, {})
        return frozenset(name for cell in row.values() for way in cell.transitions for name in way.set)

    def entered(self, before: frozenset[str], since: Since, operation: str, asked: Span) -> Since:
        """Since when an instance may be in each state when it is not known whether the operation took effect, or when.

        It was in one of the states `before`, as `since` says.
        """
        row = self.lifecycle.cells.get(operation, {})
        renewed = {way.to for cell in row.values() for way in cell.transitions}
        lately = {state.name: Span(asked.earliest, math.inf) for state in self.lifecycle.states}
        kept = {state: since.get(state, SOMETIME) for state in before}
        again = {state: Span(kept[state].earliest, math.inf) for state in before if state in renewed}
        return {**lately, **kept, **again}

    def _meanwhile(self, cell: Cell, answer: _Answer) -> bool:
        """True when that is what the cell answers until what it promises has come."""
        until = cell.eventually.meanwhile if cell.eventually else ()
        if not until:
            return answer.documented
        misses = (self._miss(cell, way, answer) for way in until)
        return any(miss is None or miss.doubt for miss in misses)

    def _after_silence(self, state: str, status: int) -> set[str]:
        if 200 <= status < 300 and state != ABSENT:
            return set(self._anywhere)
        return {state}

    def _miss(self, cell: Cell, transition: Transition, answer: _Answer) -> Miss | None:
        status, scope = answer.status, answer.scope
        try:
            if transition.when is not None and not compile_rule(transition.when)(scope):
                return Miss(cell, f"the case «when: {transition.when}» does not apply", "when")
            if transition.status != status:
                return Miss(
                    cell, f"expected {transition.status}, got {status}", "status", wanted=transition.status
                )
            predicate = self._predicates.get(id(transition))
            mismatch = predicate.first(answer.body, scope) if predicate is not None else None
        except RuleError as error:
            return Miss(cell, f"it cannot be told: {error}", "when", doubt=True)
        if mismatch is None:
            return None
        where = f" at {mismatch.pointer}" if mismatch.pointer else ""
        return Miss(
            cell, f"body{where}: {mismatch.message}", mismatch.place, mismatch.pointer, status_fits=True
        )

    def _closest(self, cell: Cell, misses: list[Miss], status: int) -> Miss:
        """The most telling of several reasons: a body that does not fit says more than a status that does not."""
        best = next((m for m in misses if m.status_fits), misses[0])
        wanted = sorted({m.wanted for m in misses})
        if best.facet == "status" and len(wanted) > 1:
            return Miss(cell, f"expected {' or '.join(map(str, wanted))}, got {status}", "status")
        return best


class _Tally:
    """What the cells of all possible states say of one answer."""

    def __init__(self, asked: Span, drifted: Drift) -> None:
        self._asked, self._drifted = asked, drifted
        self.fits: list[Cell] = []
        self.silent: list[Cell] = []
        self.misses: list[Miss] = []
        self.ways: list[Transition] = []
        self.expired: list[Cell] = []
        self.pending: list[Cell] = []
        self._since: dict[str, Span] = {}
        self._unsure: set[str] = set(drifted.unsure)

    def takes(self, cell: Cell, ways: list[Transition]) -> None:
        """The cell allows the answer in these ways."""
        self.fits.append(cell)
        self.ways += ways
        if all(way.expires is not None for way in ways):
            self.expired.append(cell)
        for way in ways:
            self._comes(way.to or cell.state, self._entered(cell, way))

    def waits(self, cell: Cell, *, alone: bool) -> None:
        """The cell allows the answer because what it promises may still come; `alone`: for no other reason."""
        if alone:
            self.fits.append(cell)
            self.pending.append(cell)
        else:
            self._unsure |= {name for way in cell.transitions for name in way.set}
        self._comes(cell.state, self._since_when(cell.state))

    def says_nothing(self, cell: Cell, states: set[str]) -> None:
        """The cell says nothing of this request."""
        self.silent.append(cell)
        for state in states:
            self._comes(state, self._since_when(state) if state == cell.state else self._asked)

    def taken(self) -> Taken:
        """All of it."""
        return Taken(
            fits=tuple(self.fits),
            silent=tuple(self.silent),
            misses=tuple(self.misses),
            states=frozenset(self._since),
            ways=tuple(self.ways),
            expired=tuple(self.expired),
            pending=tuple(self.pending),
            since=self._since,
            unsure=frozenset(self._unsure),
        )

    def _since_when(self, state: str) -> Span:
        return self._drifted.since.get(state, SOMETIME)

    def _entered(self, cell: Cell, way: Transition) -> Span:
        """When the instance came into the state that the way leads to.

        `to: STATE` begins the time in that state anew, also where the instance was there already. What time did may
        have been done long before it was seen.
        """
        if way.to is None:
            return self._since_when(cell.state)
        if cell.eventually is None and way.expires is None:
            return self._asked
        after = way.expires.after if way.expires is not None else 0.0
        return Span(self._since_when(cell.state).earliest + after, self._asked.latest)

    def _comes(self, to: str, moment: Span) -> None:
        known = self._since.get(to, moment)
        self._since[to] = Span(min(known.earliest, moment.earliest), max(known.latest, moment.latest))


def _timely(cell: Cell, so_long: Span) -> tuple[Transition, ...]:
    """What time may have made of the cell's answer by that age."""
    if cell.eventually is not None:
        return cell.transitions
    return tuple(w for w in cell.expired if w.expires is not None and so_long.latest >= w.expires.after)


def _open(cell: Cell, so_long: Span) -> tuple[tuple[Transition, ...], bool]:
    """The ways that hold for an instance of that age, and whether only the expired ones do."""
    if not cell.expired:
        return cell.transitions, False
    late = min((way.expires.after + way.expires.slack for way in cell.expired if way.expires), default=0.0)
    overdue = so_long.earliest > late
    expired = _timely(cell, so_long)
    return (expired if overdue else (*cell.plain, *expired)), overdue


def _in_time(miss: Miss, cell: Cell, so_long: Span, status: int, *, overdue: bool, waits: bool) -> Miss:
    """The miss, saying what time has to do with it."""
    at_least = f"{so_long.earliest:.1f} s after it came into that state"
    if overdue:
        told = f"{miss.message} although it should have expired by now, {at_least} at least"
        return replace(miss, message=told, overdue=True)
    if cell.eventually is None:
        early = cell.expired and status in {way.status for way in cell.expired} and miss.facet == "status"
        if not early or any(so_long.latest >= way.expires.after for way in cell.expired if way.expires):
            return miss
        at_most = f"{so_long.latest:.1f} s after it came into that state at most"
        return replace(miss, message=f"{miss.message} before it may expire, {at_most}")
    if not waits:
        within = cell.eventually.within
        return replace(
            miss, message=f"{miss.message} still, {at_least} at least; it should come within {within:g} s"
        )
    until = " or ".join(str(way.status) for way in cell.eventually.meanwhile)
    told = f"expected {until} until {cell.transitions[0].status} comes, got {status}"
    return miss if miss.status_fits else replace(miss, message=told)


__all__ = ["MISSING", "Machine", "Miss", "Taken"]
