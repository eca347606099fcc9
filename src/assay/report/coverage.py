"""How much of each table a run has walked: states, cells, transitions, and pairs of transitions on one instance.

A transition counts when its cell held and the model knew the state before and after for certain; a pair when its two
steps followed one another on one instance, with no other request about that instance between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from assay.machine.hops import Hop, Pair, hops, pairs
from assay.model.clause_id import cell_clause, expiry_clause
from assay.model.event import StepJudged
from assay.model.lifecycle import ABSENT
from assay.model.verdict import Standing, Verdict, VerdictKind
from assay.report.glance import Told, glance
from assay.report.result import Coverage, Extent, Gap, LifecycleCell, LifecycleTable

#: what was not seen is listed up to so many of a kind
LISTED = 400
#: instances whose last step is remembered: a history has a few
_REMEMBERED = 64
#: ways of going through a step that are told apart before all are forgotten
_KNOWN = 1024
#: verdicts with which an answer speaks of its cell
_SPEAKS = {VerdictKind.HOLDS, VerdictKind.VIOLATED, VerdictKind.OBSERVED}
_NEVER = "no instance was brought into it"
_APART = "they did not follow one another on one instance"
_OTHERWISE = "its cell was asked, and answered otherwise than documented"
_OTHER_WAY = "its cell was witnessed, with another of its documented answers"


class Trail:
    """What was walked so far, of every table. Memory depends on the tables only."""

    def __init__(self) -> None:
        #: (api, lifecycle) -> what was seen of it
        self.hops: dict[tuple[str, str], set[Hop]] = {}
        self.pairs: dict[tuple[str, str], set[Pair]] = {}
        self.states: dict[tuple[str, str], set[str]] = {}
        #: clause -> number of the request, of those to its API, whose answer first spoke of it
        self.first: dict[str, int] = {}
        self._asked: Counter[str] = Counter()
        self._last: dict[tuple[str, str], Hop] = {}
        #: what a step is about and who its verdicts are -> these, so that they stay who they are, and the hop it was
        self._known: dict[tuple[object, ...], tuple[tuple[Verdict, ...], Hop | None]] = {}

    def take(self, event: StepJudged) -> None:
        """Takes one step of a run. Of one like an earlier one there is nothing to learn but who went there."""
        step = event.step
        case = step.case
        api = case.api
        self.count(api)
        cycle, _, number = step.instance.partition("#")
        verdicts = tuple(map(id, event.verdicts))
        key = (api, case.operation, cycle, step.state, step.after, case.together == "", verdicts)
        known = self._known.get(key)
        if known is None:
            told = glance(event)
            self.witness(told, event.verdicts)
            hop = self._walk(told, frozenset(v.clause for v in event.verdicts if v.kind is VerdictKind.HOLDS))
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[key] = event.verdicts, hop
        else:
            hop = known[1]
        if cycle and number:
            self._follow((api, cycle), (api, step.instance), hop)

    def count(self, api: str) -> None:
        """Counts a request to that API."""
        self._asked[api] += 1

    def witness(self, told: Told, verdicts: Iterable[Verdict]) -> None:
        """Notes the clauses that an answer is the first to speak of."""
        for verdict in verdicts:
            if verdict.kind in _SPEAKS:
                self.first.setdefault(verdict.clause, self._asked[told.api])

    def follow(self, told: Told, held: frozenset[str]) -> None:
        """Follows an instance through one step, of which those clauses held."""
        hop = self._walk(told, held)
        cycle, _, number = told.instance.partition("#")
        if cycle and number:
            self._follow((told.api, cycle), (told.api, told.instance), hop)

    def _walk(self, told: Told, held: frozenset[str]) -> Hop | None:
        """Notes where a step went, whoever it was about."""
        cycle = told.instance.partition("#")[0]
        if not cycle:
            return None
        table = (told.api, cycle)
        seen = self.states.setdefault(table, set())
        for state in (told.state, told.after):
            if state and "/" not in state:
                seen.add(state)
        hop = _hop(told, cycle, held)
        if hop is not None:
            self.hops.setdefault(table, set()).add(hop)
        return hop

    def extent(self, table: tuple[str, str]) -> tuple[int, int, int]:
        """How much of that table was walked: it only grows, so where this is the same, all of it is."""
        states, hops, pairs = self.states.get(table, ()), self.hops.get(table, ()), self.pairs.get(table, ())
        return len(states), len(hops), len(pairs)

    def _follow(self, table: tuple[str, str], instance: tuple[str, str], hop: Hop | None) -> None:
        last = self._last.pop(instance, None)
        if hop is None:
            return
        if last is not None and last.to == hop.state:
            self.pairs.setdefault(table, set()).add((last, hop))
        self._last[instance] = hop
        if len(self._last) > _REMEMBERED:
            del self._last[next(iter(self._last))]


def _hop(told: Told, cycle: str, held: frozenset[str]) -> Hop | None:
    # of steps sent at once nobody knows which came first
    if told.together or not told.state or not told.after or "/" in told.state or "/" in told.after:
        return None
    clauses = _cell(told.api, cycle, told.state, told.operation)
    return Hop(told.state, told.operation, told.after) if not held.isdisjoint(clauses) else None


@lru_cache(maxsize=4096)
def _cell(api: str, cycle: str, state: str, operation: str) -> tuple[str, str]:
    """The clauses of which one holds where a cell went as documented."""
    return cell_clause(api, cycle, state, operation), expiry_clause(api, cycle, state, operation)


def coverage(table: LifecycleTable, trail: Trail) -> Coverage:
    """How much of that table was walked."""
    key = (table.api, table.name)
    cells = list(table.cells.values())
    reachable = hops((c.state, c.operation, [way.to or c.state for way in c.ways]) for c in cells)
    there = {ABSENT, *(hop.to for hop in reachable)}
    states = [s.name for s in table.states if s.name in there]
    asked = [cell for cell in cells if cell.state in there]
    return Coverage(
        api=table.api,
        name=table.name,
        states=_states(states, trail.states.get(key, set())),
        cells=_cells(asked),
        transitions=_transitions(reachable, table.cells, trail.hops.get(key, set())),
        pairs=_pairs(list(pairs(reachable)), trail.hops.get(key, set()), trail.pairs.get(key, set())),
        complete=_complete(asked, trail.first),
    )


def _states(states: Sequence[str], seen: set[str]) -> Extent:
    return _extent(len(states), (Gap(_NEVER, state) for state in states if state not in seen))


def _cells(cells: Sequence[LifecycleCell]) -> Extent:
    return _extent(len(cells), (Gap(_why(c), c.state, c.operation) for c in cells if not c.result.exercised))


def _why(cell: LifecycleCell) -> str:
    return cell.result.reason or str(cell.result.standing)


def _transitions(
    reachable: Sequence[Hop], cells: Mapping[tuple[str, str], LifecycleCell], seen: set[Hop]
) -> Extent:
    return _extent(
        len(reachable),
        (Gap(_why_not(hop, cells[hop.state, hop.operation]), *hop) for hop in reachable if hop not in seen),
    )


def _why_not(hop: Hop, cell: LifecycleCell) -> str:
    if not cell.result.exercised:
        return _why(cell)
    if cell.result.standing is Standing.VIOLATED and len(cell.ways) == 1:
        return _OTHERWISE
    guards = [way.when for way in cell.ways if (way.to or cell.state) == hop.to]
    return f"{_OTHER_WAY}; this one needs {' or '.join(guards)}" if all(guards) and guards else _OTHER_WAY


def _pairs(reachable: Sequence[Pair], walked: set[Hop], seen: set[Pair]) -> Extent:
    gaps = (
        Gap(_missing([hop for hop in pair if hop not in walked]), *pair[0], then=pair[1])
        for pair in reachable
        if pair not in seen
    )
    return _extent(len(reachable), gaps)


def _missing(unseen: Sequence[Hop]) -> str:
    if not unseen:
        return _APART
    return f"{unseen[0].operation} on {unseen[0].state} → {unseen[0].to} was not seen at all"


def _extent(of: int, gaps: Iterable[Gap] | Iterator[Gap]) -> Extent:
    found = tuple(gaps)
    return Extent(of - len(found), of, found[:LISTED])


def _complete(cells: Sequence[LifecycleCell], first: Mapping[str, int]) -> int | None:
    """The number of the request to the API with which the last of the reachable cells was witnessed."""
    numbers = [first.get(cell.result.clause.id) for cell in cells]
    known = [number for number in numbers if number is not None]
    return max(known) if known and len(known) == len(numbers) else None
