"""Random histories of a lifecycle: walks through its table, made from a seed alone.

At each step something is chosen of what may be asked: to create an instance; to ask something of one of this history,
in any of the ways that are surely valid; to ask about an id never issued; to ask with wrong credentials or with a
request that breaks a constraint. A walk names its instances by symbols and does not depend on any answer, so that walks
can be under way side by side; what an answer means is the judge's matter, and a failing walk shrinks (`shrink`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from assay.explore import rows, witness
from assay.explore.effort import Effort
from assay.explore.history import History
from assay.explore.rows import Row
from assay.explore.stage import Stage
from assay.explore.vocabulary import Vocabulary
from assay.model.case import Case, Script, Subject, SubjectKind
from assay.model.copied import replace
from assay.model.lifecycle import ABSENT, Lifecycle

__all__ = ["Effort", "Part", "Spent", "directed", "explore", "fitting", "row", "walks", "worth"]

#: i and n: of what there is to play, every n-th script from the i-th on, counted from 0
Part = tuple[int, int]

#: most instances made in one history: steps are better spent on living with a few than on making many
_INSTANCES = 3
#: the least weight of a move, of at most 1
_LEAST = 0.1
#: ways of asking: as documented, or without credentials or with something broken
_VALID, _WRONG = "valid", "wrong"


class _Move(NamedTuple):
    """What is asked of an instance that should be in that state."""

    state: str
    operation: str
    kind: str


def walks(vocabulary: Vocabulary, effort: Effort, seed: int) -> Iterator[Script]:
    """Walks of at most `effort.steps` requests each, `effort.random` requests in all. Equal seeds walk alike."""
    chance = Random(f"{seed}/{vocabulary.cycle.api}/{vocabulary.cycle.name}")
    often: Counter[_Move] = Counter()
    left = effort.random
    number = 0
    while left > 0:
        number += 1
        steps = _Walk(vocabulary, chance, often).steps(min(effort.steps, left))
        if not steps:
            return
        left -= len(steps)
        yield Script(f"random history {number} of {vocabulary.cycle.name}", steps)


def worth(scripts: Iterator[Script], requests: int) -> Iterator[Script]:
    """The next scripts, as long as they are worth no more than so many requests in all."""
    left = requests
    while left > 0 and (script := next(scripts, None)) is not None:
        left -= len(script.steps)
        yield script


def explore(stage: Stage, scripts: Iterable[Script], cycle: Lifecycle) -> None:
    """Plays histories of a lifecycle. How much of them could not be sent, and why, is noted. Raises `TargetDown`."""
    rows.play(stage, [row(stage, scripts, cycle)])


def row(stage: Stage, scripts: Iterable[Script], cycle: Lifecycle) -> Row:
    """Histories of a lifecycle as a row. How much of them could not be sent, and why, is noted in the end."""
    planned = sent = 0
    why = ""

    def told(script: Script, history: History) -> None:
        nonlocal planned, sent, why
        planned += len(script.steps)
        sent += len(history.performed)
        why = why or history.obstacle

    def over() -> None:
        if sent < planned and why:
            lost = f"{planned - sent} of {planned} requests of random histories could not be sent: {why}"
            stage.note("early-stop", f"{cycle.name}: {lost}")

    return Row(scripts, told, over)


def directed(stage: Stage, scripts: Iterable[Script], budget: int, what: str) -> int:
    """Plays scripts within a budget of requests; how many it spent. What did not fit is noted. Raises `TargetDown`."""
    spent = Spent()
    witness.play(stage, fitting(stage, scripts, budget, what, spent))
    return spent.requests


@dataclass(slots=True)
class Spent:
    """Requests that are spent of a budget."""

    requests: int = 0


def fitting(
    stage: Stage, scripts: Iterable[Script], budget: int, what: str, spent: Spent
) -> Iterator[Script]:
    """The scripts that fit into a budget of requests; what does not is noted."""
    left = 0
    for script in scripts:
        if spent.requests + len(script.steps) > budget:
            left += 1
            continue
        spent.requests += len(script.steps)
        yield script
    if left:
        stage.note("budget", f"{left} directed {what} did not fit into {max(budget, 0)} requests")


class _Walk:
    """One walk in the making.

    Each walk has likings of its own: walks that all do a little of everything are much alike, and none of them does one
    thing again and again (Groce and others, Swarm Testing, 2012). What the walks before it have done often it likes
    less. Where an instance is, the table foretells; should that not come true, the walk is only a less even one.
    """

    def __init__(self, vocabulary: Vocabulary, chance: Random, often: Counter[_Move]) -> None:
        """`often` counts what all walks have done."""
        self._vocabulary, self._chance, self._often = vocabulary, chance, often
        self._most = chance.randint(1, _INSTANCES)
        self._likings: dict[tuple[str, str], float] = {}
        #: symbol -> the state it should be in
        self._states: dict[str, str] = {}
        self._known: set[str] = set()
        self._asked_unknown = False

    def steps(self, most: int) -> tuple[Case, ...]:
        """At most so many cases; none when there is nothing that can be asked."""
        steps: list[Case] = []
        while len(steps) < most:
            case = self._next()
            if case is None:
                break
            # what the request needs and this history does not have yet comes before it
            needed = self._vocabulary.complete((case,), self._known)
            if len(steps) + len(needed) > most:
                break
            steps += needed
            self._known |= {
                c.subject.symbol for c in needed if c.subject and c.subject.kind is SubjectKind.NEW
            }
        return tuple(steps)

    def _next(self) -> Case | None:
        moves = list(self._moves())
        if not moves:
            return None
        weights = [self._liking(move) / (1 + self._often[move]) for move, _, _ in moves]
        move, subject, cases = self._chance.choices(moves, weights)[0]
        self._often[move] += 1
        case = replace(self._chance.choice(cases), subject=subject)
        if subject.kind is SubjectKind.NEVER_ISSUED:
            self._asked_unknown = True
        elif move.kind != _WRONG:
            self._states[subject.symbol] = self._after(move)
        return case

    def _liking(self, move: _Move) -> float:
        kind = (move.operation, move.kind)
        if kind not in self._likings:
            self._likings[kind] = max(self._chance.random(), _LEAST)
        return self._likings[kind]

    def _after(self, move: _Move) -> str:
        cell = self._vocabulary.cycle.cell(move.state, move.operation)
        leads = [way.to for way in cell.transitions if way.to] if cell is not None else []
        return leads[0] if leads else move.state

    def _moves(self) -> Iterator[tuple[_Move, Subject, Sequence[Case]]]:
        """What may be asked now, of whom, and in which ways."""
        vocabulary, cycle = self._vocabulary, self._vocabulary.cycle
        for operation in cycle.operations:
            cases = vocabulary.valid.get(operation, ())
            if not cases:
                continue
            if operation == cycle.created_by:
                if len(self._states) < self._most:
                    new = Subject(SubjectKind.NEW, f"i{len(self._states) + 1}")
                    yield _Move(ABSENT, operation, _VALID), new, cases
                continue
            wrong = vocabulary.wrong.get(operation, ())
            for symbol, state in self._states.items():
                known = Subject(SubjectKind.KNOWN, symbol)
                yield _Move(state, operation, _VALID), known, cases
                if wrong:
                    yield _Move(state, operation, _WRONG), known, wrong
            # one question about an unknown id in a history is enough
            if self._states and not self._asked_unknown and cycle.cell(ABSENT, operation) is not None:
                yield _Move(ABSENT, operation, _VALID), Subject(SubjectKind.NEVER_ISSUED, "n1"), cases
