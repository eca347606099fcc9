"""What is asked of a list, and of the instances it is to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.laws.listing import Listing
from assay.laws.reading import place, success
from assay.laws.steps import rich, step
from assay.laws.terms import Ground
from assay.model.case import Case, Script
from assay.model.copied import replace

#: small pages that are followed: to the end of a list in which nothing is but what the drill made
_FEW = 4


class Plan:
    """The drills on one list."""

    def __init__(self, ground: Ground, listing: Listing, read: str, who: str) -> None:
        self.ground, self.listing, self.read, self.who = ground, listing, read, who
        self.least, self.most = listing.sizes(ground.api)
        # where `next` is a URL, the page size is in it
        self.varies = (
            bool(listing.law.parameters.get("page-size-varies")) and "cursor" in listing.law.parameters
        )

    def two(self, state: str) -> Script:
        """Two instances or three, and a walk over more than one page where that tells anything."""
        one, two, three = (self.made(state, symbol) for symbol in ("i1", "i2", "i3"))
        # a last page of one item hides what becomes of the last of several
        made = (*one, *two, *three) if len(one) == 1 else (*one, *two)
        first = self.ask(size=self.most if self.listing.shifts else self.least)
        whole = self.varies or self.listing.shifts
        pages = (
            self.listing.walk(first, self.most if self.varies else None)
            if whole
            else self.listing.walk(first, pages=_FEW)
        )
        # pages of one item say nothing of an order; where nothing else is in the list, no other drill does
        sorted_by = isinstance(self.listing.law.parameters.get("order"), Mapping)
        beside = (self.mine(self.listing.ask(self.ground, "count", size=self.most)),) if sorted_by else ()
        return Script("two instances, from page to page", (*made, *beside, *pages))

    def one(self, state: str) -> Script:
        """One instance in that state, read, and looked for in the list that its filters give."""
        return Script(f"an instance in {state}", (*self.made(state, "i1"), self.look(), *self.walk()))

    def removed(self, state: str, operation: str) -> Script:
        """One instance, read, removed, and looked for in the list that its filters gave."""
        remove = step(self.ground, operation, "removes", "i1", self.who)
        look = (self.look(),) if self.listing.filters else ()
        return Script(f"an instance that {operation} removed from {state}",
                      (*self.made(state, "i1"), *look, remove, *self.walk(filtered=bool(look))))  # fmt: skip

    def removals(self, reach: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(state, operation) whose every success leads out of the list, one for each state."""
        for state in reach:
            for operation in self.ground.cycle.operations:
                cell = self.ground.cycle.cell(state, operation)
                ways = cell.transitions if cell is not None and not cell.silent else ()
                # a refusal beside it does no harm: what was not removed is not told of
                ends = [t.to for t in ways if success(t.status)]
                if ends and all(end in self.listing.gone for end in ends):
                    yield state, operation
                    break

    def meanwhile(self, state: str, removals: Sequence[tuple[str, str]]) -> Iterator[Script]:
        """Something is made or removed between the first page and the second."""
        if self.listing.size is None:
            return
        first, *rest = self.listing.walk(self.ask(size=self.least), self.most if self.varies else None)
        rest = rest if self.varies else rest[:2]
        yield Script(
            "an instance is made between two pages",
            (*self.made(state, "i1"), first, *self.made(state, "i2"), *rest),
        )
        found = dict(removals)
        if self.listing.law.parameters.get("order") == "newest-first" and state in found:
            gone = step(self.ground, found[state], "removes", "i2", self.who)
            steps = (*self.made(state, "i1"), *self.made(state, "i2"), first, gone, *rest)
            yield Script("the newest is removed after the first page", steps)
        elif "total" in self.listing.law.parameters:
            if state in found:
                yield self.shifted(state, found.pop(state))
            # where the whole list is long, a filter may leave a short one
            if not self.who and self.listing.filters:
                yield from (self.shifted(*one, like="look") for one in found.items())

    def shifted(self, state: str, remover: str, like: str = "") -> Script:
        """All but the newest are on the first page: what is removed from it must not take the newest along."""
        count = self.mine(self.listing.ask(self.ground, "count", size=self.least, like=like))
        most = f"$steps.count.response.body#{place(self.listing.law.parameters['total'])} - 1"
        first, *rest = self.listing.walk(self.ask(size=most, like=like), pages=3)
        gone = step(self.ground, remover, "removes", "i1", self.who)
        looks = (self.look("i2"), count) if like else (count,)
        steps = (*self.made(state, "i1"), *self.made(state, "i2"), *looks, first, gone, *rest)
        return Script("one of the first page is removed before the second", steps)

    def made(self, state: str, symbol: str) -> tuple[Case, ...]:
        """An instance of the lister's, with every optional part."""
        return rich(self.ground, state, symbol, self.who)

    def look(self, symbol: str = "i1") -> Case:
        """Reads the instance."""
        return step(self.ground, self.read, "look", symbol, self.who)

    def ask(self, *, size: int | str | None, like: str = "") -> Case:
        """Asks for the first page."""
        return self.mine(self.listing.ask(self.ground, "page", size=size, like=like))

    def mine(self, case: Case) -> Case:
        """The case as the lister asks it."""
        return replace(case, principal=self.who)

    def walk(self, *, filtered: bool = True) -> tuple[Case, ...]:
        """The whole list, in the largest pages."""
        return self.listing.walk(
            self.ask(size=self.most, like="look" if filtered and self.listing.filters else "")
        )
