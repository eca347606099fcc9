"""`list-agrees`: a list shows every instance that is there, each once, as it is, and no other.

Tried: in each state in which instances are listed, one is made and the list walked to its end, with the filters that
fit the instance; then one is removed and the list walked again. Where there are pages: over several of them, with
instances made and removed between two pages. Where the target has a second principal it is theirs: their list is short.

Told, each part under a clause of its own: an instance of ours that a whole walk does not show (the law's own clause);
one that was removed and is shown (`excludes`); an item that shows something else than `read` (`items`); an item twice,
or ours not at all because others came or went meanwhile (`pages`); a `total` that is less than what is surely there, or
not what the only page shows; an item that a filter should have kept out; an item before one that belongs before it
(`order`).

Left open: everything about instances of others, who may come, change and go at any moment: only what one answer says of
itself counts of them, and an item that two pages show exactly alike. The end of a list of more than eight pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assay.inputs.classify import text
from assay.laws import listing as of
from assay.laws.list_drills import Plan
from assay.laws.listing import Listing, Page, Walk
from assay.laws.moments import comparable, less, size
from assay.laws.reading import brief, difference, ignored, place, safe, shows
from assay.laws.terms import Finding, Ground, Missing, Seen, Told, broken, holds, untold
from assay.machine.expression import UNRESOLVED, point
from assay.model.case import Script
from assay.model.copied import replace
from assay.model.lifecycle import Law
from assay.model.terms import Json

NAME = "list-agrees"
TITLE = "a list shows every instance that is there"
PARAMETERS = of.PARAMETERS
_EXCLUDES, _ITEMS, _PAGES, _TOTAL, _FILTER, _ORDER = "excludes", "items", "pages", "total", "filter", "order"


def aspects(law: Law) -> Mapping[str, str]:
    """The parts that the law's parameters speak of."""
    told = {
        _EXCLUDES: "the list shows nothing that was removed",
        _ITEMS: "an item shows what reading it shows",
    }
    if "next" in law.parameters and not law.parameters.get("shifts"):
        told[_PAGES] = "from page to page every item is shown exactly once, whatever comes and goes meanwhile"
    if "total" in law.parameters:
        told[_TOTAL] = "the total counts all that match, on whatever page"
    if law.parameters.get("filter"):
        told[_FILTER] = "a filter keeps out what does not match"
    if "order" in law.parameters:
        told[_ORDER] = "items stand in the documented order"
    return told


# -- drills ---------------------------------------------------------------------------------------------------------


def drills(ground: Ground, law: Law) -> Iterator[Script | Missing]:
    """Two of ours; one in each state; one removed; then what comes and goes between pages."""
    listing = Listing.of(ground.api, ground.cycle, law)
    reach = [state for state in ground.states if state in listing.shown]
    if listing.read is None or not reach:
        yield Missing(
            "no reachable state lets an instance be read: `read` can name the operation that shows one"
        )
        return
    who = ground.principals[-1] if len(ground.principals) > 1 else ""
    plan = Plan(ground, listing, listing.read, who)
    yield plan.two(reach[0])
    for state in (*reach[1:], reach[0]):
        yield plan.one(state)
    removals = tuple(plan.removals(reach))
    for state, operation in removals:
        yield plan.removed(state, operation)
    if not removals:
        yield Missing("no documented way leads from a state that is listed to one that is not", _EXCLUDES)
    if listing.paged and not listing.shifts:
        yield from plan.meanwhile(reach[0], removals)


# -- judging --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ours:
    """An instance of this drill as its steps tell it."""

    id: str
    #: place of the last step that may have changed it
    since: int
    #: states it may be in; empty when that is not known
    states: frozenset[str]
    #: what reading it showed, if nothing changed since
    look: Seen | None


def judge(told: Told) -> Sequence[Finding]:
    """The newest page by itself, against the pages before, and against what is known of our instances."""
    if told.last.role not in {"page", "count"}:
        return ()
    listing = Listing.of(told.api, told.cycle, told.law)
    page = listing.page(told.last)
    if page is None:
        return (untold(f"{told.last.operation} did not answer with a list of items that have ids"),)
    ours = _ours(told)
    findings = [*_filter(listing, page), *_order(listing, page), *_total(listing, page, ours, told)]
    walk = of.walked(listing, told) if told.last.role == "page" else None
    if walk is not None:
        findings += [*_items(told, listing, page, ours), *_twice(listing, walk)]
        findings += [*_excluded(listing, walk, ours, told), *_shown(listing, walk, ours, told)]
    return tuple(findings)


def _ours(told: Told) -> tuple[_Ours, ...]:
    found: dict[str, _Ours] = {}
    for number, seen in enumerate(told.steps):
        made = seen.operation == told.cycle.created_by and seen.succeeded
        if seen.id is None or not (made or seen.id in found):
            continue
        if seen.role == "look":
            found[seen.id] = replace(found[seen.id], look=seen if shows(seen) else None)
        elif not safe(told.api, seen.operation):
            found[seen.id] = _Ours(seen.id, number, seen.after, None)
    return tuple(found.values())


def _there(
    listing: Listing, ours: Sequence[_Ours], until: int, sent: Mapping[str, Json]
) -> tuple[_Ours, ...]:
    """Those of ours that a list with such a query surely has, from the step at `until` on."""
    listed = (one for one in ours if one.since < until and one.states and one.states <= listing.shown)
    return tuple(one for one in listed if _kept(listing, one, sent))


def _kept(listing: Listing, one: _Ours, sent: Mapping[str, Json]) -> bool:
    """True when every filter that was sent lets it pass."""
    for name, at in listing.filters.items():
        if name in sent:
            value = UNRESOLVED if one.look is None else point(one.look.body, listing.within + at)
            if value is UNRESOLVED or text(value) != text(sent[name]):
                return False
    return True


def _filter(listing: Listing, page: Page) -> Iterator[Finding]:
    sent = page.seen.case.query
    for name, at in listing.filters.items():
        if name not in sent:
            continue
        values = [value for _, item in page.items if (value := point(item, at)) is not UNRESOLVED]
        wrong = next((value for value in values if text(value) != text(sent[name])), UNRESOLVED)
        if wrong is not UNRESOLVED:
            message = (
                f"{name}={text(sent[name])} is to keep out other values of {at}, but there is {brief(wrong)}"
            )
            yield broken(message, name, place(listing.law.parameters.get("items", "")), _FILTER)
        elif values:
            yield holds(_FILTER)


def _order(listing: Listing, page: Page) -> Iterator[Finding]:
    """Neighbours of one page, where the order goes by a value that items show."""
    wanted = listing.law.parameters.get("order")
    if not isinstance(wanted, Mapping):
        return
    at = place(wanted["by"])
    sizes = [size(point(item, at)) for _, item in page.items]
    pairs = [(a, b) for a, b in pairwise(sizes) if a is not None and b is not None and comparable(a, b)]
    descending = bool(wanted.get("descending"))
    wrong = next(((a, b) for a, b in pairs if (less(a, b) if descending else less(b, a))), None)
    if wrong is not None:
        way = "falls" if descending else "grows"
        yield broken(
            f"{at} {way} from item to item, but {wrong[1]} follows {wrong[0]}", "order", aspect=_ORDER
        )
    elif pairs:
        yield holds(_ORDER)


def _total(listing: Listing, page: Page, ours: Sequence[_Ours], told: Told) -> Iterator[Finding]:
    if "total" not in listing.law.parameters:
        return
    if page.total is None:
        yield untold("the total is no whole number", _TOTAL)
        return
    here = {name for name, _ in page.items}
    surely = here | {one.id for one in _there(listing, ours, len(told.steps) - 1, page.seen.case.query)}
    first = len(told.all(page.seen.role)) == 1
    if page.total < len(surely):
        yield broken(f"at least {len(surely)} match, but the total is {page.total}", "too few", aspect=_TOTAL)
    elif first and page.last and page.total != len(here):
        message = f"the only page has {len(here)} items, but the total is {page.total}"
        yield broken(message, "too many", aspect=_TOTAL)
    else:
        yield holds(_TOTAL)


def _items(told: Told, listing: Listing, page: Page, ours: Sequence[_Ours]) -> Iterator[Finding]:
    for one in ours:
        item = page.item(one.id)
        if one.look is None or item is UNRESOLVED:
            continue
        read, shown = point(one.look.body, listing.within), item
        if listing.law.parameters.get("items-show") != "all":
            read, shown = _common(read, item), _common(item, read)
        if read is UNRESOLVED or not (read or shown):
            message = f"{one.look.operation} shows nothing of an item at {listing.within or 'its top'}: see «read-at»"
            yield untold(message, _ITEMS)
            continue
        but = ignored(told.cycle, told.law, one.look.operation)
        if (found := difference(read, shown, but, listing.within)) is not None:
            message = f"an item is what {one.look.operation} shows, but in the list {found[1]}"
            yield broken(message, f"item {found[0]}", aspect=_ITEMS)
        else:
            yield holds(_ITEMS)


def _common(one: Json, other: Json) -> Json:
    """What of `one` the other has a member for, too."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {name: _common(value, other[name]) for name, value in one.items() if name in other}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_common(a, b) for a, b in zip(one, other, strict=True)]
    return one


def _twice(listing: Listing, walk: Walk) -> Iterator[Finding]:
    """An item that the walk shows twice, just as it was: one that changed meanwhile may have moved."""
    aspect = _PAGES if listing.paged and not listing.shifts else ""
    for name, item in walk.pages[-1].items:
        sights = (
            [other for one, other in walk.pages[-1].items if one == name]
            if listing.shifts
            else walk.items(name)
        )
        if sum(difference(item, sight) is None for sight in sights) > 1:
            message = f"{name!r} is shown twice, just alike, within {len(walk.pages)} page(s) of one walk"
            yield broken(message, "twice", aspect=aspect)
            return


def _excluded(listing: Listing, walk: Walk, ours: Sequence[_Ours], told: Told) -> Iterator[Finding]:
    gone = [
        one for one in ours if one.states and one.states <= listing.gone and one.since < len(told.steps) - 1
    ]
    here = {name for name, _ in walk.pages[-1].items}
    if found := next((one for one in gone if one.id in here), None):
        yield broken(f"{found.id!r} was removed, but the list shows it", "removed", aspect=_EXCLUDES)
    elif walk.complete and any(one.since < walk.began for one in gone):
        yield holds(_EXCLUDES)


def _shown(listing: Listing, walk: Walk, ours: Sequence[_Ours], told: Told) -> Iterator[Finding]:
    """Ours are all there once the walk is at its end, whatever came or went meanwhile."""
    first = walk.pages[0].seen
    there = _there(listing, ours, walk.began, first.case.query)
    missing = [one for one in there if not walk.items(one.id)]
    moved = any(not safe(told.api, seen.operation) for seen in told.steps[walk.began :])
    if listing.shifts and len(walk.pages) > 1 and missing:
        if walk.complete:
            yield untold("the list has more than one page, and what others do shifts them")
        return
    if walk.complete and missing:
        states = "/".join(sorted(missing[0].states))
        if moved:
            message = "something was made or removed between two pages, and now no page shows"
            yield broken(f"{message} {missing[0].id!r}", f"missing {states}", aspect=_PAGES)
        else:
            pages = f"{len(walk.pages)} pages" if len(walk.pages) > 1 else "list"
            yield broken(
                f"{missing[0].id!r} is {states}, but the whole {pages} does not show it", f"missing {states}"
            )
        return
    if not missing and there:
        yield holds()
        yield from _created_in_order(listing, walk, there)
    if walk.complete and len(walk.pages) > 1 and there and not listing.shifts:
        yield holds(_PAGES)
    if not walk.complete and len(walk.pages) == of.MOST_PAGES:
        yield untold(f"the list goes on after {of.MOST_PAGES} pages")


def _created_in_order(listing: Listing, walk: Walk, there: Sequence[_Ours]) -> Iterator[Finding]:
    """Of two of ours, the one that was made first stands first (or last, where the newest come first)."""
    wanted = listing.law.parameters.get("order")
    if not isinstance(wanted, str) or len(there) < 2:
        return
    shown = [name for page in walk.pages for name, _ in page.items]
    places = [shown.index(one.id) for one in there]
    if wanted == "newest-first":
        places.reverse()
    if places != sorted(places):
        message = "of two that were made one after the other, the list shows the wrong one first"
        yield broken(message, "order", aspect=_ORDER)
    else:
        yield holds(_ORDER)
