"""A lifecycle as a graph: states, and between two states at most one arrow with all that travels it.

It knows nothing of places on paper: the picture (`drawing`), the Mermaid text (`mermaid`) and `assay explain` are
made from this one value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace

from assay.model.lifecycle import ABSENT
from assay.model.verdict import Standing
from assay.report.legible import one_line
from assay.report.result import LifecycleCell, LifecycleTable, Violation, Way
from assay.report.timeline import began

#: characters of a name that are shown; the rest is counted
_NAME = 120
#: a shared beginning shorter than this is not worth an ellipsis
_WORTH = 8
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+")
#: what a silent cell says instead of a status
SILENT = "silent"

#: an arrow looks like the first of these that it carries; None: nobody has looked yet
LOUDEST = (
    Standing.VIOLATED,
    Standing.INCONCLUSIVE,
    Standing.UNWITNESSED,
    None,
    Standing.VERIFIED,
    Standing.OBSERVED,
)


@dataclass(frozen=True, slots=True)
class Move:
    """One way in which one operation may answer in one state."""

    operation: str
    #: the operation without what all operations of the table begin with
    short: str
    #: `201`, `200 nothing`, `silent`
    answer: str
    #: CEL guard; empty: always
    when: str
    #: None: no run has told yet
    standing: Standing | None
    waived: bool
    silent: bool
    #: what was seen where the documentation does not say, `200 ×4`
    seen: str = ""
    #: laws and fields that were seen broken by this very answer
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accusation:
    """A law or field that a history showed broken, by where that history ended."""

    state: str
    operation: str
    #: None: no answer came
    status: int | None
    #: `law/stays-final`
    rule: str
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One state."""

    name: str
    final: bool
    description: str
    #: the state of an id that was never issued
    first: bool
    #: what leaves it as it is, and what nobody documents
    stays: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """All that leads from one state to another; both are places in `Graph.nodes`."""

    start: int
    end: int
    moves: tuple[Move, ...]

    @property
    def standing(self) -> Standing | None:
        """The worst of what it carries."""
        return loudest(move.standing for move in self.moves)


@dataclass(frozen=True, slots=True)
class Graph:
    """A lifecycle, ready to be drawn. Every text in it is legible (`legible`) but not escaped."""

    name: str
    nodes: tuple[Node, ...]
    #: by start, then end, in the order of the states; never from a state to itself
    arrows: tuple[Arrow, ...]
    #: what `…` stands for at the beginning of an operation's name; empty: no name was shortened
    prefix: str = ""

    @property
    def standings(self) -> tuple[Standing | None, ...]:
        """Those that occur, the loudest first."""
        moves = [m for node in self.nodes for m in node.stays] + [m for a in self.arrows for m in a.moves]
        return tuple(s for s in LOUDEST if s in {move.standing for move in moves})


def loudest(standings: Iterable[Standing | None]) -> Standing | None:
    """The one that must not be overlooked."""
    return min(standings, key=LOUDEST.index)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a run tells beyond the standings of the cells."""

    #: what laws and fields were broken by looks broken, whatever its cell says
    accused: Sequence[Accusation] = ()
    #: (state, operation, state afterwards): an answer nobody saw is unwitnessed, though its cell gave another
    unseen: Set[tuple[str, str, str]] = frozenset()


def graph(
    table: LifecycleTable, known: Callable[[str], bool] = lambda _: True, overlay: Overlay | None = None
) -> Graph:
    """The table as a graph. Clauses that are not `known` to any run have no standing."""
    over = overlay or Overlay()
    names = _names(table)
    prefix, short = shortened(table.operations)
    stays: dict[str, list[Move]] = {name: [] for name in names}
    leads: dict[tuple[str, str], list[Move]] = {}
    for state in names:
        for operation in table.operations:
            cell = table.cells.get((state, operation))
            moves = _moves(cell, short[operation], known, over) if cell else ()
            for end, move in moves:
                (stays[state] if end == state else leads.setdefault((state, end), [])).append(move)
    place = {name: index for index, name in enumerate(names)}
    described = {state.name: state for state in table.states}
    return Graph(
        name=one_line(f"{table.api}/lifecycle/{table.name}", _NAME),
        nodes=tuple(
            Node(
                one_line(name, _NAME) or "(no name)",
                name in described and described[name].final,
                one_line(described[name].description, _NAME * 3) if name in described else "",
                name == ABSENT,
                tuple(stays[name]),
            )
            for name in names
        ),
        arrows=tuple(
            sorted(
                (Arrow(place[start], place[end], tuple(moves)) for (start, end), moves in leads.items()),
                key=lambda arrow: (arrow.start, arrow.end),
            )
        ),
        prefix=prefix,
    )


def _accused(move: Move, accused: Sequence[Accusation]) -> Move:
    mine = [a for a in accused if a.status is None or move.silent or move.answer.startswith(str(a.status))]
    if not mine:
        return move
    rules = tuple(sorted({one_line(a.rule, _NAME) for a in mine}))
    waived = all(a.waived for a in mine) and (move.waived or move.standing is not Standing.VIOLATED)
    return replace(move, standing=Standing.VIOLATED, waived=waived, breaks=rules)


def accusations(table: LifecycleTable, violations: Iterable[Violation]) -> tuple[Accusation, ...]:
    """Where the laws and fields of a lifecycle were seen broken."""
    start = f"{table.api}/lifecycle/{table.name}/"
    rules = {result.clause.id for result in table.rules}
    return tuple(
        Accusation(state, operation, status, violation.clause.id[len(start) :], violation.waived)
        for violation in violations
        if violation.clause.id in rules
        for state, operation, status in culprits(
            [
                (step.state or race, step.case.operation, step.evidence.status, bool(race))
                for step, race in zip(violation.history, began(violation.history), strict=True)
            ]
        )
    )


def culprits(
    steps: Sequence[tuple[str, str, int | None, bool]],
) -> list[tuple[str, str, int | None]]:
    """State, operation and status of what a history accuses: its last step, or all of the race that it tells of.

    Each step is a state, an operation, a status, and whether it was in a race.
    """
    racers = [step for step in steps if step[3]]
    return [step[:3] for step in racers or steps[-1:] if step[0]]


def _names(table: LifecycleTable) -> list[str]:
    """The states as the table lists them, then any that only cells speak of."""
    ends = [way.to for cell in table.cells.values() for way in cell.ways if way.to]
    return list(dict.fromkeys([*(s.name for s in table.states), *(state for state, _ in table.cells), *ends]))


def _moves(
    cell: LifecycleCell, short: str, known: Callable[[str], bool], over: Overlay
) -> list[tuple[str, Move]]:
    here = [a for a in over.accused if (a.state, a.operation) == (cell.state, cell.operation)]
    # a log of another origin may say what is documented in words only
    ways: Sequence[Way | None] = cell.ways or (None,)
    found = []
    for way in ways:
        end = (way.to if way else None) or cell.state
        move = _move(cell, short, way, known=known(cell.result.clause.id))
        if move.standing is Standing.VERIFIED and (cell.state, cell.operation, end) in over.unseen:
            move = replace(move, standing=Standing.UNWITNESSED)
        found.append((end, _accused(move, here)))
    return found


def _move(cell: LifecycleCell, short: str, way: Way | None, *, known: bool) -> Move:
    result = cell.result
    return Move(
        operation=one_line(cell.operation, _NAME),
        short=short,
        answer=_answer(way) if way else one_line(cell.expected, _NAME) or SILENT,
        when=one_line(way.when, _NAME * 3) if way else "",
        standing=result.standing if known else None,
        waived=result.waived,
        silent=not cell.ways and not cell.expected,
        seen=", ".join(f"{one_line(label, _NAME)} ×{count}" for label, count in result.outcomes),
    )


def _answer(way: Way) -> str:
    time = f" {one_line(way.time, _NAME)}" if way.time else ""
    return f"{way.status}{' nothing' if way.nothing else ''}{time}{' if …' if way.when else ''}"


def shortened(operations: Iterable[str]) -> tuple[str, dict[str, str]]:
    """What all names begin with, and operation -> its legible name with `…` instead of that."""
    names = {operation: one_line(operation, _NAME) or "(no name)" for operation in operations}
    words = [split(name) for name in names.values()]
    same = 0
    if len(words) > 1:
        while all(len(w) > same + 1 for w in words) and len({w[same] for w in words}) == 1:
            same += 1
    prefix = "".join(words[0][:same]) if words else ""
    if len(prefix) < _WORTH:
        return "", names
    return prefix, {operation: f"…{name[len(prefix) :]}" for operation, name in names.items()}


def split(name: str) -> list[str]:
    """The words that a name is made of: `getHTTPStatus_v2` -> get, HTTP, Status, _, v, 2."""
    return _WORDS.findall(name) or [name]


def sentence(node: Node, move: Move, end: Node | None) -> str:
    """One move in full, for those who point at it or have it read to them."""
    if move.silent:
        answers = "not documented" + (f", seen: {move.seen}" if move.seen else "")
    else:
        answers = move.answer.removesuffix(" if …")
    guard = f" when {move.when}" if move.when else ""
    after = f", then {end.name}" if end else ""
    standing = str(move.standing) if move.standing else "not run"
    standing += f": {', '.join(move.breaks)}" if move.breaks else ""
    return f"{node.name}: {move.operation} → {answers}{guard}{after} ({standing}{', waived' if move.waived else ''})"
