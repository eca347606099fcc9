"""Short histories in which one step could spoil another: pairs on one instance, and steps on two.

A table is cheap to cover by single cells and expensive to cover by random walks; most real faults need exactly one step
too many (reading changes something, a refused request took effect, one instance's end ends another). So every ordered
pair is played once, before the random machine starts.

A budget may not reach so far in a large table. What nobody has walked by then, `walks` strings together: several pairs
of transitions in a history, nearest states first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise

from assay.machine.hops import Hop, Pair, pairs, table_hops
from assay.machine.reach import Move, paths, routes
from assay.model.case import Case, Credentials, Script, Subject, SubjectKind
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Lifecycle
from assay.plan.witness import Planner

_ORIGIN = "lifecycle"
_ONE, _TWO = "i1", "i2"
#: requests in a walk, unless the way to its first pair is longer: a failure at its end is told with all of it
_LONGEST = 6
#: whole lives to play: the longest of them
_LIVES = 4


def scripts(planner: Planner, cycle: Lifecycle) -> Iterator[Script]:
    """Cells first, then what may come between them."""
    yield from cells(planner, cycle)
    yield from mixed(planner, cycle)


def cells(planner: Planner, cycle: Lifecycle) -> Iterator[Script]:
    """Every cell once, by the shortest way, those of the nearest states first; then what guards about headers pick."""
    cells = [
        (state, operation) for state in paths(cycle) for operation, row in cycle.cells.items() if state in row
    ]
    for state, operation in cells:
        if (script := planner.on(cycle, state, operation, _ORIGIN)) is not None:
            yield planner.complete(script)
    for state, operation in cells:
        yield from map(planner.complete, planner.guarded(cycle, state, operation, _ORIGIN))


def mixed(planner: Planner, cycle: Lifecycle) -> Iterator[Script]:
    """In turns pairs on one instance, steps on two, and steps after a refused request.

    In turns, because a budget may cut the tail of a large table: what is cut is then a little of each kind.
    """
    asked = [operation for operation in cycle.operations if operation != cycle.created_by]
    states = [state for state in paths(cycle) if state != ABSENT]
    couples = [(first, second) for first in asked for second in asked]
    found = _in_turns(
        (
            script
            for state in states
            for one, two in couples
            for script in _on_one(planner, cycle, state, one, two)
        ),
        (script for one, two in couples for script in _on_two(planner, cycle, one, two)),
        (
            script
            for state in states
            for one, two in couples
            for script in _refused_then(planner, cycle, state, one, two)
        ),
    )
    yield from map(planner.complete, found)


def _in_turns(*kinds: Iterator[Script]) -> Iterator[Script]:
    left = list(kinds)
    while left:
        for kind in tuple(left):
            script = next(kind, None)
            if script is None:
                left.remove(kind)
            else:
                yield script


def _refused_then(
    planner: Planner, cycle: Lifecycle, state: str, refused: str, then: str
) -> Iterator[Script]:
    lead = planner.lead(cycle, state, _ORIGIN)
    if lead and planner.maker(refused).operation.secured:
        first = replace(
            _ask(planner, refused, _ONE), credentials=Credentials.MISSING, title="missing credentials"
        )
        yield Script(f"{then} after a refused {refused}", (*lead, first, _ask(planner, then, _ONE)))


def _on_one(planner: Planner, cycle: Lifecycle, state: str, first: str, second: str) -> Iterator[Script]:
    lead = planner.lead(cycle, state, _ORIGIN)
    if not lead:
        return
    asked, then = _ask(planner, first, _ONE, other=True), _ask(planner, second, _ONE)
    yield Script(f"{first}, then {second}", (*lead, asked, then))
    cell = cycle.cell(state, first)
    if cell and first != second and any(t.to in {None, state} for t in cell.transitions):
        # what changes nothing may be asked again and again
        yield Script(f"{first} three times, then {second}", (*lead, asked, asked, asked, then))


def _on_two(planner: Planner, cycle: Lifecycle, first: str, second: str) -> Iterator[Script]:
    create = [
        replace(
            planner.usual(cycle.created_by, Subject(SubjectKind.NEW, symbol), _ORIGIN),
            title=f"creates {symbol}",
        )
        for symbol in (_ONE, _TWO)
    ]
    yield Script(
        f"{first} on one, {second} on the other",
        (*create, _ask(planner, first, _ONE), _ask(planner, second, _TWO)),
    )


def walks(planner: Planner, cycle: Lifecycle, walked: Set[Hop], followed: Set[Pair]) -> Iterator[Script]:
    """Histories of pairs of transitions that are not among `followed`, of transitions that are among `walked`.

    What a request brings about now and then (a stock that ran out) cannot be had by asking, so no walk is made for it.
    Each walk begins with the pair whose state is nearest, and goes on as long as the next step makes another new pair.
    """
    # what takes time to get into is for those who have it
    ways = {state: way for state, way in routes(cycle).items() if not any(m.wait or m.poll for m in way)}
    likely = _likely(cycle, walked)
    wanted = [p for p in pairs(table_hops(cycle)) if p not in followed and _likely_both(p, likely)]
    wanted = sorted((p for p in wanted if p[0].state in ways), key=lambda pair: len(ways[pair[0].state]))
    left = dict.fromkeys(wanted)
    while left:
        first, then = next(iter(left))
        route = [*_route(ways[first.state], likely), first, then]
        for pair in pairwise(route):
            left.pop(pair, None)
        while len(route) < _LONGEST and (following := next((p for p in left if p[0] == route[-1]), None)):
            del left[following]
            route.append(following[1])
        yield planner.complete(_walk(planner, cycle, route))


def lives(planner: Planner, cycle: Lifecycle, walked: Set[Hop], looks: Sequence[str]) -> Iterator[Script]:
    """Whole lives: the longest ways through the table without coming back, and then a look at everything else.

    `looks` are operations that carry no instance: a list may stumble over what only a long life leaves behind.
    """
    likely = _likely(cycle, walked)
    moves = [hop for hop in likely.values() if hop.to != hop.state]
    longest = sorted(_lives([], moves), key=len, reverse=True)[:_LIVES]
    asked = tuple(planner.usual(name, None, _ORIGIN) for name in looks)
    for route in longest:
        script = _walk(planner, cycle, route)
        yield planner.complete(replace(script, steps=(*script.steps, *asked)))


def _lives(route: list[Hop], moves: Sequence[Hop]) -> Iterator[list[Hop]]:
    been = {ABSENT, *(hop.state for hop in route)}
    here = route[-1].to if route else ABSENT
    further = (
        [hop for hop in moves if hop.state == here and hop.to not in been] if len(route) < _LONGEST else []
    )
    for hop in further:
        yield from _lives([*route, hop], moves)
    if route and not further:
        yield route


def _likely(cycle: Lifecycle, walked: Set[Hop]) -> Mapping[tuple[str, str], Hop]:
    """(state, operation) -> where it leads most likely: of what was seen of it, what the table says first."""
    found: dict[tuple[str, str], Hop] = {}
    for hop in table_hops(cycle):
        if hop in walked:
            found.setdefault((hop.state, hop.operation), hop)
    return found


def _likely_both(pair: Pair, likely: Mapping[tuple[str, str], Hop]) -> bool:
    return all(likely.get((hop.state, hop.operation)) == hop for hop in pair)


def _route(way: tuple[Move, ...], likely: Mapping[tuple[str, str], Hop]) -> list[Hop]:
    """The transitions of a shortest way; what was never seen of it is left out, and the pairs it would make."""
    state, route = ABSENT, []
    for move in way:
        hop = likely.get((state, move.operation))
        if hop is None:
            return [Hop("", move.operation, "") for move in way]
        route.append(hop)
        state = hop.to
    return route


def _walk(planner: Planner, cycle: Lifecycle, route: list[Hop]) -> Script:
    create, *rest = route
    first = replace(
        planner.usual(create.operation, Subject(SubjectKind.NEW, _ONE), _ORIGIN), title=f"creates {_ONE}"
    )
    asked = [_ask(planner, hop.operation, _ONE, other=bool(n % 2)) for n, hop in enumerate(rest)]
    return Script(f"{cycle.name}: {', '.join(hop.operation for hop in route)}", (first, *asked))


def _ask(planner: Planner, operation: str, symbol: str, *, other: bool = False) -> Case:
    """A valid request; with `other`, one that writes something else than was there, where it can."""
    subject = Subject(SubjectKind.KNOWN, symbol)
    parts = planner.maker(operation).other if other else None
    if parts is None:
        return planner.usual(operation, subject, _ORIGIN)
    case = parts.case(planner.maker(operation).operation, "a valid request with other values", _ORIGIN)
    return replace(case, subject=subject)
