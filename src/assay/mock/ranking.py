"""The order of a list, kept from one request to the next: who sees which instances, and where each stands."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping

from assay.machine.expression import MISSING, UNRESOLVED, point
from assay.mock.following import Following
from assay.mock.world import Instance, Key
from assay.model.terms import Json

#: whether it is a text; the amount or moment; the text; the number that it was made with
Rank = tuple[bool, float, str, int]
#: where an instance stands, and which it is
Placed = tuple[Rank, Key]


#: whose it is (None where everybody sees everything), and what it is filtered by: a parameter and its value, or nothing
_Shelf = tuple[str | None, str, str]


class Ranking(Following):
    """The instances of a lifecycle that are in the states that a list shows, in its order.

    `rank` says where an instance stands by its document; `apart` is true where each owner sees his own. `filters` names
    the parameters by which a list is narrowed, with the pointers to what they are compared with.
    """

    def __init__(
        self,
        whole: tuple[str, str],
        states: frozenset[str],
        rank: Callable[[tuple[Instance, Json]], Rank],
        filters: Mapping[str, str],
        *,
        apart: bool,
    ) -> None:
        super().__init__(*whole)
        self._states, self._rank, self._filters, self._apart = states, rank, filters, apart
        self._clear()

    def visible(self, who: str | None, query: Mapping[str, Json]) -> list[Placed] | None:
        """What he sees, least rank first, narrowed by one of the filters of the query where there are any.

        None where it would have to be put together first.
        """
        if self._loose:
            return None
        texts = ((n, query[n]) for n in self._filters if n in query and n not in self._mixed)
        narrowed = next(((n, value) for n, value in texts if isinstance(value, str)), ("", ""))
        everybody = self._owners if self._apart else {None}
        owners = everybody if not self._apart or who is None else {None, who}
        lists = [there for owner in owners if (there := self._shelves.get((owner, *narrowed)))]
        return None if len(lists) > 1 else next(iter(lists), [])

    def mixed(self, names: Iterable[str]) -> bool:
        """True when one of these filters is compared with more than texts: `visible` does not narrow by it."""
        return not self._mixed.isdisjoint(names)

    def numbered(self, number: int) -> Key | None:
        """The instance that was made with that number."""
        return self._numbers.get(number)

    def _clear(self) -> None:
        self._shelves: dict[_Shelf, list[Placed]] = {}
        self._owners: set[str | None] = set()
        #: where each stands
        self._places: dict[Key, tuple[Placed, tuple[_Shelf, ...]]] = {}
        self._numbers: dict[int, Key] = {}
        self._number_of: dict[Key, int] = {}
        #: those whose document would have to be composed: what it says may depend on the moment
        self._loose: set[Key] = set()
        #: filters that were seen to be compared with more than texts, which may be written in several ways
        self._mixed: set[str] = set()

    def _leave(self, key: Key) -> None:
        self._loose.discard(key)
        self._numbers.pop(self._number_of.pop(key, -1), None)
        known = self._places.pop(key, None)
        if known is not None:
            placed, shelves = known
            for shelf in shelves:
                there = self._shelves[shelf]
                del there[bisect_left(there, placed)]
                if not there:
                    del self._shelves[shelf]

    def _enter(self, key: Key, instance: Instance) -> None:
        self._numbers[instance.number] = key
        self._number_of[key] = instance.number
        if instance.state not in self._states:
            return
        if instance.document is MISSING or instance.pictured != instance.state:
            self._loose.add(key)
            return
        placed = self._rank((instance, instance.document)), key
        shelves = tuple(self._of(instance))
        for shelf in shelves:
            insort(self._shelves.setdefault(shelf, []), placed)
        self._places[key] = placed, shelves

    def _of(self, instance: Instance) -> Iterator[_Shelf]:
        """Where it belongs."""
        owner = instance.owner if self._apart else None
        self._owners.add(owner)
        yield owner, "", ""
        for name, pointer in self._filters.items():
            value = point(instance.document, pointer)
            if isinstance(value, str):
                yield owner, name, value
            elif value is not UNRESOLVED:
                self._mixed.add(name)
