"""The order of a list, kept from one request to the next: who sees which instances, and where each stands."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable

from assay.machine.expression import MISSING
from assay.mock.following import Following
from assay.mock.world import Instance, Key
from assay.model.terms import Json

#: whether it is a text; the amount or moment; the text; the number that it was made with
Rank = tuple[bool, float, str, int]
#: where an instance stands, and which it is
Placed = tuple[Rank, Key]


class Ranking(Following):
    """The instances of a lifecycle that are in the states that a list shows, in its order.

    `rank` says where an instance stands by its document; `apart` is true where each owner sees his own.
    """

    def __init__(
        self,
        whole: tuple[str, str],
        states: frozenset[str],
        rank: Callable[[tuple[Instance, Json]], Rank],
        *,
        apart: bool,
    ) -> None:
        super().__init__(*whole)
        self._states, self._rank, self._apart = states, rank, apart
        self._clear()

    def visible(self, who: str | None) -> list[Placed] | None:
        """What he sees, least rank first; None where that would have to be put together first."""
        if self._loose:
            return None
        if self._apart and who is not None:
            lists = [placed for owner, placed in self._lists.items() if owner in (None, who) and placed]
        else:
            lists = [placed for placed in self._lists.values() if placed]
        return None if len(lists) > 1 else next(iter(lists), [])

    def numbered(self, number: int) -> Key | None:
        """The instance that was made with that number."""
        return self._numbers.get(number)

    def _clear(self) -> None:
        #: owner -> what is his; all under None where everybody sees everything
        self._lists: dict[str | None, list[Placed]] = {}
        self._places: dict[Key, tuple[str | None, Placed]] = {}
        self._numbers: dict[int, Key] = {}
        #: those whose document would have to be composed: what it says may depend on the moment
        self._loose: set[Key] = set()

    def _leave(self, key: Key) -> None:
        self._loose.discard(key)
        known = self._places.pop(key, None)
        if known is not None:
            owner, placed = known
            there = self._lists[owner]
            del there[bisect_left(there, placed)]

    def _enter(self, key: Key, instance: Instance) -> None:
        self._numbers[instance.number] = key
        if instance.state not in self._states:
            return
        if instance.document is MISSING or instance.pictured != instance.state:
            self._loose.add(key)
            return
        owner = instance.owner if self._apart else None
        placed = self._rank((instance, instance.document)), key
        insort(self._lists.setdefault(owner, []), placed)
        self._places[key] = owner, placed
