"""What a table can be walked: its transitions, which of them are reachable, and which can follow one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assay.model.lifecycle import ABSENT, Lifecycle


class Hop(NamedTuple):
    """One transition: an operation in a state, and where it leads; back into that state where it changes none."""

    state: str
    operation: str
    to: str

    @property
    def creates(self) -> bool:
        """True when it brings an instance into being."""
        return self.state == ABSENT != self.to

    @property
    def nobody(self) -> bool:
        """True when it is about no instance: asked of an id never issued, and none came of it."""
        return self.state == ABSENT == self.to


#: two transitions of one instance, one straight after the other
Pair = tuple[Hop, Hop]


def hops(cells: Iterable[tuple[str, str, Sequence[str]]]) -> tuple[Hop, ...]:
    """Every reachable transition once: of (state, operation, states that its alternatives lead to), in that order.

    Nothing but a creator leads out of `absent`, and what a silent cell does nobody documents: it has no alternatives.
    """
    written = tuple(
        dict.fromkeys(Hop(state, operation, to) for state, operation, ends in cells for to in ends)
    )
    found = {ABSENT}
    grown = True
    while grown:
        new = {hop.to for hop in written if hop.state in found} - found
        found |= new
        grown = bool(new)
    return tuple(hop for hop in written if hop.state in found)


def table_hops(cycle: Lifecycle) -> tuple[Hop, ...]:
    """The reachable transitions of a lifecycle."""
    return hops(
        (cell.state, cell.operation, [way.to or cell.state for way in cell.transitions])
        for row in cycle.cells.values()
        for cell in row.values()
    )


def pairs(reachable: Sequence[Hop]) -> Iterator[Pair]:
    """Every two that can follow one another on one instance; an id that was never issued has no history."""
    for first in reachable:
        if first.nobody:
            continue
        for then in reachable:
            if then.state == first.to and not then.creates:
                yield first, then
