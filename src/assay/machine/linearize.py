"""Linearizability: is there an order of concurrent operations, consistent with real time, that explains every answer?

Theory of operation, after Wing & Gong («Testing and verifying concurrent objects», 1993) with the memo that Lowe added
(«Testing for linearizability», 2017):

1. Each operation took effect at one moment between its call and its return. One that had returned before another was
   called comes before it; everything else may have been either way.
2. The search takes operations one after another, each from the worlds (a state and remembered values, numbered by the
   caller) that the ones before it leave, and goes back where an answer is not possible. What was done and where that
   led is all that matters for the rest, so that no such pair is visited twice.
3. An operation without a complete answer may have taken effect at any time after its call, or not at all. It hinders
   nobody: the search may end without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from assay.model.copied import replace

#: operation and world -> the worlds it may leave; none: its answer is not possible there
Step = Callable[[int, int], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Window:
    """When an operation can have taken effect, in seconds from an arbitrary start."""

    called: float
    returned: float
    #: False where no complete answer came: it may have taken effect or not, and at any time after its call
    answered: bool = True


def ends(windows: Sequence[Window], starts: Iterable[int], step: Step) -> frozenset[int]:
    """The worlds in which the operations may have left things; empty: no order explains their answers.

    `step` says what the answer of operation i (or the lack of one) makes of a world; it is asked once for each pair.
    """
    return _Search(windows, step).run(starts, every=True)


def possible(windows: Sequence[Window], starts: Iterable[int], step: Step) -> bool:
    """True when some order explains every answer."""
    return bool(_Search(windows, step).run(starts, every=False))


def losing(windows: Sequence[Window], starts: Sequence[int], step: Step, lost: Step) -> tuple[int, ...]:
    """The indexes of a smallest schedule: operations whose answers alone rule out every order.

    Empty when some order is possible. The answers of the others are disregarded, not their effects: `lost` says what
    an operation may make of a world when nobody knows its answer. None can be left out: with the answer of any one of
    them disregarded, an order is possible.
    """
    search = _Search(windows, step)
    if search.run(starts, every=False):
        return ()
    kept = list(range(len(windows)))
    for index in reversed(range(len(windows))):
        rest = [i for i in kept if i != index]
        if rest and not _among(windows, frozenset(rest), step, lost).run(starts, every=False):
            kept = rest
    return tuple(kept)


def overlap(windows: Sequence[tuple[float, float]]) -> int:
    """The most windows that are open at one moment; 0 for none. Windows that merely touch do not overlap."""
    edges = sorted((moment, change) for start, end in windows for moment, change in ((start, 1), (end, -1)))
    most = under_way = 0
    for _, change in edges:
        under_way += change
        most = max(most, under_way)
    return most


def _among(windows: Sequence[Window], kept: Set[int], step: Step, lost: Step) -> _Search:
    """The same search with the answers of all but `kept` disregarded."""
    eased = [w if i in kept else replace(w, answered=False) for i, w in enumerate(windows)]
    return _Search(eased, lambda index, world: (step if index in kept else lost)(index, world))


class _Search:
    """One search. Sets of operations are the bits of a number."""

    def __init__(self, windows: Sequence[Window], step: Step) -> None:
        returned = [window.returned if window.answered else math.inf for window in windows]
        #: operation -> those that had returned when it was called
        self._before = [
            sum(1 << j for j, end in enumerate(returned) if end < window.called) for window in windows
        ]
        self._must = sum(1 << i for i, window in enumerate(windows) if window.answered)
        self._all = (1 << len(windows)) - 1
        self._step = step
        self._taken: dict[tuple[int, int], tuple[int, ...]] = {}

    def run(self, starts: Iterable[int], *, every: bool) -> frozenset[int]:
        """Every world the operations may end in, or only the first one found."""
        found: set[int] = set()
        seen: set[tuple[int, int]] = set()
        for start in starts:
            # depth first: an order usually exists, and is usually that of the calls
            way = [self._from(0, start)]
            seen.add((0, start))
            if not self._must:
                found.add(start)
            while way and (every or not found):
                node = next(way[-1], None)
                if node is None:
                    way.pop()
                elif node not in seen:
                    seen.add(node)
                    if node[0] & self._must == self._must:
                        found.add(node[1])
                    way.append(self._from(*node))
        return frozenset(found)

    def _from(self, done: int, world: int) -> Iterator[tuple[int, int]]:
        """What may come next."""
        left = self._all & ~done
        while left:
            bit = left & -left
            left ^= bit
            index = bit.bit_length() - 1
            if not self._before[index] & ~done:
                for after in self._after(index, world):
                    yield done | bit, after

    def _after(self, index: int, world: int) -> tuple[int, ...]:
        key = (index, world)
        known = self._taken.get(key)
        if known is None:
            known = self._taken[key] = tuple(self._step(index, world))
        return known
