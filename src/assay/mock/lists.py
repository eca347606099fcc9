"""Lists (`list-agrees`): the instances that are there, each as reading it shows it, filtered, in order, page by page.

A cursor names the last instance of its page by the number it was made with; the next page begins behind it, whatever
was made or removed meanwhile. Whoever asks sees his own where the lifecycle states `isolation`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from assay.inputs.classify import text
from assay.inputs.validator import Validator
from assay.laws import isolation, list_agrees, strangers
from assay.laws.listing import Listing
from assay.laws.reading import difference, place
from assay.machine.expression import MISSING, UNRESOLVED, Absence, RequestFacts, point
from assay.mock.counters import moment_of
from assay.mock.patch import put
from assay.mock.ranking import Placed, Rank, Ranking
from assay.mock.refusal import Refusal
from assay.mock.world import Instance, World
from assay.model.contract import Api, Parameter
from assay.model.lifecycle import Lifecycle
from assay.model.terms import Json

#: items on a page where neither the request nor the parameter's schema says how many
_USUAL = 20
#: more than any list here holds, and a number that is surely finite
_MOST = 10**9
_HEADER = "$response.header."

#: an instance and what reading it shows
Item = tuple[Instance, Json]


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer shows."""

    items: tuple[Json, ...]
    #: all that match, on whatever page
    total: int
    #: what asks for the next page; None on the last one
    following: str | None


@dataclass(frozen=True, slots=True)
class Lister:
    """One operation that lists the instances of a lifecycle."""

    api: Api
    cycle: Lifecycle
    listing: Listing
    #: a cursor ends in a digest of this and its number, so that it cannot be guessed
    salt: str

    def page(
        self,
        instances: Iterable[Instance],
        who: str | None,
        facts: RequestFacts,
        document: Callable[[Instance], Json | Absence],
    ) -> Page | Refusal:
        """The page that is asked for, or a 400 for a cursor that no page ever named."""
        after = self._after(facts.query)
        if isinstance(after, Refusal):
            return after
        mine = [one for one in instances if not self._hidden(one, who)]
        shown = [(one, document(one)) for one in mine if one.state in self.listing.shown]
        matching = self._sorted(
            item for item in shown if item[1] is not MISSING and self._matches(item[1], facts.query)
        )
        rest = matching
        if after is not None:
            last = next((one for one in mine if one.number == after), None)
            rest = [] if last is None else self._behind(matching, (last, document(last)))
        most = self._most(facts.query)
        items = rest if most is None else rest[:most]
        following = self._token(items[-1][0].number) if items and len(rest) > len(items) else None
        return Page(tuple(self._item(shown) for _, shown in items), len(matching), following)

    def ranking(self) -> Ranking:
        """What keeps the order of this list from one request to the next."""
        whole = self.api.name, self.cycle.name
        states = frozenset(self.listing.shown)
        filters = {name: f"{self.listing.within}{at}" for name, at in self.listing.filters.items()}
        return Ranking(whole, states, self._rank, filters, apart=self._hides)

    def ranked_page(
        self,
        ranking: Ranking,
        world: World,
        who: str | None,
        facts: RequestFacts,
        document: Callable[[Instance], Json | Absence],
    ) -> Page | Refusal | None:
        """The same page, by a ranking that has followed the world; None where that cannot tell."""
        after = self._after(facts.query)
        if isinstance(after, Refusal):
            return after
        ranked = ranking.visible(who, facts.query)
        if ranked is None:
            return None
        asked = [name for name in self.listing.filters if name in facts.query]
        if (
            len(asked) > 1
            or any(not isinstance(facts.query[name], str) for name in asked)
            or ranking.mixed(asked)
        ):
            ranked = [one for one in ranked if self._matches(world.instances[one[1]].document, facts.query)]
        first, end = 0, len(ranked)
        if after is not None:
            key = ranking.numbered(after)
            last = world.instance(key) if key is not None else None
            if last is None or self._hidden(last, who):
                first = end
            elif self._descends:
                end = bisect_left(ranked, self._rank((last, document(last))), key=_rank_of)
            else:
                first = bisect_right(ranked, self._rank((last, document(last))), key=_rank_of)
        size = end - first if (most := self._most(facts.query)) is None else min(most, end - first)
        shown = ranked[end - size : end][::-1] if self._descends else ranked[first : first + size]
        items = [world.instances[key] for _, key in shown]
        following = self._token(items[-1].number) if items and end - first > size else None
        return Page(tuple(self._item(one.document) for one in items), len(ranked), following)

    def written(self, body: Json, page: Page, facts: RequestFacts) -> Json:
        """`body` with that page in it."""
        given = self.listing.law.parameters
        body = put(body, place(given.get("items", "")), list(page.items))
        if "total" in given:
            body = put(body, place(given["total"]), page.total)
        if "next" in given and not given["next"].startswith(_HEADER):
            body = put(body, place(given["next"]), self._named(page, facts))
        return body

    def headers(self, page: Page, facts: RequestFacts) -> dict[str, str]:
        """The header that names the next page, where it is a header that does."""
        named = str(self.listing.law.parameters.get("next", ""))
        following = self._named(page, facts)
        if not named.startswith(_HEADER):
            return {}
        return {named.removeprefix(_HEADER).lower(): following or ""}

    def _named(self, page: Page, facts: RequestFacts) -> str | None:
        """What `next` says: a cursor, or a URL where no parameter takes one."""
        if page.following is None or "cursor" in self.listing.law.parameters:
            return page.following
        path, _, query = facts.url.partition("?")
        kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] != self._cursor]
        return f"{path}?{'&'.join((*kept, f'{self._cursor}={page.following}'))}"

    # --- what the query asks for

    @property
    def _cursor(self) -> str:
        return str(self.listing.law.parameters.get("cursor", "cursor"))

    def _after(self, query: Mapping[str, Json]) -> int | Refusal | None:
        """The number of the last instance of the page before; None for the first page."""
        sent = query.get(self._cursor)
        if sent is None or "next" not in self.listing.law.parameters:
            return None
        number = str(sent).partition("-")[0]
        if number.isascii() and number.isdecimal() and len(number) < 19 and sent == self._token(int(number)):
            return int(number)
        parameter = self._parameter(self._cursor)
        schema = self.api.resolve(parameter.schema) if parameter is not None else True
        first = schema.get("x-known-good", False) if isinstance(schema, Mapping) else False
        if Validator(first, self.api.components).accepts(sent):
            return None
        return Refusal(400, f"The {self._cursor} is of no page.", documented=(400, 422))

    def _token(self, number: int) -> str:
        return f"{number}-{sha256(f'{self.salt}|{number}'.encode()).hexdigest()[:12]}"

    def _most(self, query: Mapping[str, Json]) -> int | None:
        size = self.listing.size
        if size is None or not self.listing.paged:
            return None
        sent = query.get(size)
        parameter = self._parameter(size)
        schema = self.api.resolve(parameter.schema) if parameter is not None else {}
        usual = (
            schema.get("default", min(_USUAL, schema.get("maximum", _USUAL)))
            if isinstance(schema, Mapping)
            else _USUAL
        )
        found = usual if sent is None else sent
        return max(0, int(min(found, _MOST))) if isinstance(found, int | float) else _USUAL

    def _parameter(self, name: str) -> Parameter | None:
        parameters = self.api.operation(self.listing.operation).parameters
        return next((p for p in parameters if p.name == name and p.location == "query"), None)

    # --- what is shown

    def _hidden(self, instance: Instance, who: str | None) -> bool:
        return who is not None and instance.owner not in (None, who) and self._hides

    @property
    def _hides(self) -> bool:
        """True where each principal sees his own."""
        return any(
            law.name == isolation.NAME and {strangers.LIST, strangers.READ} & set(strangers.asked(law))
            for law in self.cycle.laws
        )

    def _item(self, shown: Json) -> Json:
        """The item of what reading an instance shows; all of it where it shows none."""
        found = point(shown, self.listing.within)
        return shown if found is UNRESOLVED else found

    def _matches(self, shown: Json, query: Mapping[str, Json]) -> bool:
        return all(
            name not in query or _alike(point(self._item(shown), pointer), query[name])
            for name, pointer in self.listing.filters.items()
        )

    def _sorted(self, items: Iterable[Item]) -> list[Item]:
        return sorted(items, key=self._rank, reverse=self._descends)

    def _behind(self, items: Sequence[Item], last: Item) -> list[Item]:
        """The items that stand behind one that may be gone by now."""
        rank = self._rank(last)
        return [i for i in items if (self._rank(i) < rank if self._descends else self._rank(i) > rank)]

    @property
    def _descends(self) -> bool:
        order = self.listing.law.parameters.get("order")
        return order == "newest-first" or (isinstance(order, Mapping) and order.get("descending") is True)

    def _rank(self, item: Item) -> Rank:
        """Where an item stands: by the value that the law names, amounts and moments before texts, then by number."""
        order = self.listing.law.parameters.get("order")
        value: Json = point(self._item(item[1]), place(order["by"])) if isinstance(order, Mapping) else 0
        moment = moment_of(value)
        amount = moment.timestamp() if moment is not None else value
        if isinstance(amount, int | float):
            return (False, amount, "", item[0].number)
        return (True, 0, amount if isinstance(amount, str) else "", item[0].number)


def listers(api: Api, cycle: Lifecycle, salt: str) -> dict[str, Lister]:
    """The operations that list the lifecycle's instances, by name."""
    found = (Listing.of(api, cycle, law) for law in cycle.laws if law.name == list_agrees.NAME)
    return {
        listing.operation: Lister(api, cycle, listing, f"{salt}|{listing.operation}") for listing in found
    }


def _rank_of(placed: Placed) -> Rank:
    return placed[0]


def _alike(found: Json, wanted: Json) -> bool:
    """Whether an item has the value that a query asks for, whose text may be read in several ways."""
    if isinstance(found, str) and isinstance(wanted, str):
        return found == wanted
    if found is UNRESOLVED or isinstance(wanted, list | dict):
        return (
            found is not UNRESOLVED and isinstance(wanted, list) and any(_alike(found, one) for one in wanted)
        )
    return difference(found, wanted) is None or (
        not isinstance(found, list | dict) and text(found) == text(wanted)
    )
