"""`list-agrees` against the orders example."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders
from examples.orders.wrong import (
    everyones_total,
    filter_ignored,
    last_page_is_short,
    list_forgets_paid,
    list_is_stale,
    list_shows_removed,
    newest_first,
    next_never_ends,
    pages_by_offset,
    pages_overlap,
    total_of_the_page,
)
from starlette.responses import Response
from tests.laws.bench import Outcome, drilled, law
from tests.laws.drill import missing, step, table, told

from assay.model.event import StepJudged
from assay.model.verdict import VerdictKind

PARAMETERS: dict[str, Any] = {
    "operation": "listOrders",
    "items": "#/items",
    "id": "#/id",
    "total": "#/total",
    "next": "#/next",
    "cursor": "cursor",
    "page-size": "limit",
    "page-size-varies": True,
    "filter": {"state": "#/state"},
    "order": {"by": "#/createdAt"},
    "items-show": "all",
}
LAW = law("list-agrees", **PARAMETERS)
CLAUSE = "lifecycle/order/law/list-agrees"
PARTS = ("", "/excludes", "/items", "/pages", "/total", "/filter", "/order")
HOLDS, BROKEN, OPEN = VerdictKind.HOLDS, VerdictKind.VIOLATED, VerdictKind.INCONCLUSIVE
#: what others order
TEA = {"item": "tea", "quantity": 1, "note": None}


class Busy(Orders):
    """Others with the same tokens open, change and remove orders of their own whenever a page is asked for."""

    def __init__(self, tokens: dict[str, str]) -> None:
        super().__init__(tokens)
        self.theirs: list[str] = []
        for _ in range(3):
            self.stir()

    def stir(self) -> None:
        """Two come, one goes, one changes."""
        for who in self.tokens:
            for _ in range(2):
                self.open(who, TEA)
                self.theirs.append(next(reversed(self.orders)))
        for order in (self.theirs.pop(0), self.theirs.pop(0)):
            self.erase(self.orders[order])
        self.change(self.orders[self.theirs[0]], state="paid")

    async def browse(self, ask: Ask) -> Response:
        response = await super().browse(ask)
        self.stir()
        return response


class Long(Orders):
    """Has more orders than a walk can reach the end of."""

    def __init__(self, tokens: dict[str, str]) -> None:
        super().__init__(tokens)
        for who in self.tokens:
            for _ in range(850):
                self.open(who, TEA)


class Brief(Orders):
    """Its items are summaries."""

    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> dict[str, Any]:
        listed = super().listed(items, matching, following)
        return {
            **listed,
            "items": [{name: item[name] for name in ("id", "state")} for item in listed["items"]],
        }


class Linked(Orders):
    """Names the next page by a URL."""

    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> dict[str, Any]:
        url = None if following is None else f"/orders?limit=100&cursor={following}"
        return super().listed(items, matching, url)


class Newest(Orders):
    """Shows the newest first, page by page."""

    def matching(self, who: str, page: Any) -> list[Order]:
        return super().matching(who, page)[::-1]

    async def browse(self, ask: Ask) -> Response:
        page = self.page(ask)
        matching = self.matching(self.authorized(ask), page)
        rest = [order for order in matching if not page.after or order.number < page.after]
        items = rest[: page.limit]
        following = self.cursor(items[-1]) if len(rest) > len(items) else None
        return self.json(200, self.listed(items, matching, following))


class NewestByOffset(Newest):
    """Counts off pages of a list that grows at its beginning."""

    async def browse(self, ask: Ask) -> Response:
        page = self.page(ask)
        matching = self.matching(self.authorized(ask), page)
        items = matching[page.after : page.after + page.limit]
        end = page.after + len(items)
        response = self.listed(items, matching, "x" if end < len(matching) else None)
        if response["next"]:
            response["next"] = super().cursor(Order(**{**vars_of(items[-1]), "number": end}))
        return self.json(200, response)


def vars_of(order: Order) -> dict[str, Any]:
    """The fields of an order."""
    return {name: getattr(order, name) for name in Order.__dataclass_fields__}


def by_law(seen: Outcome) -> set[str]:
    """The parts of the law that were seen broken."""
    return {clause for clause in seen.violated if clause.startswith(CLAUSE)}


@pytest.mark.parametrize("principals", [1, 2])
def test_the_honest_server_keeps_it(principals: int) -> None:
    """Every part holds, and is seen to, with one principal and with two."""
    seen = drilled(Orders, LAW, principals=principals)
    assert seen.violated == set()
    assert all(seen.kinds(f"law/list-agrees{part}") == {HOLDS} for part in PARTS)
    assert seen.requests <= 50


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (list_forgets_paid, ""),
        (last_page_is_short, ""),
        (list_shows_removed, "/excludes"),
        (list_is_stale, "/items"),
        (newest_first, "/order"),
        (next_never_ends, "/pages"),
        (pages_by_offset, "/pages"),
        (pages_overlap, "/pages"),
        (total_of_the_page, "/total"),
        (everyones_total, "/total"),
        (filter_ignored, "/filter"),
    ],
)
def test_a_list_that_disagrees_breaks_it(wrong, part: str) -> None:
    """Each fault is told under the clause of its part, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert CLAUSE + part in seen.violated
    assert len(seen.shortest(f"law/list-agrees{part}").history) <= 6


@pytest.mark.parametrize("principals", [1, 2])
def test_others_may_come_and_go(principals: int) -> None:
    """On a target that is shared, nothing is told of what others make, change and remove between two pages."""
    seen = drilled(Busy, LAW, principals=principals)
    assert seen.violated == set()
    assert HOLDS in seen.kinds("law/list-agrees")


def test_a_list_that_never_ends_is_not_judged_by_its_beginning() -> None:
    """What a walk did not reach may be behind its last page: ours are not missed, and that is said."""
    seen = drilled(Long, LAW)
    assert seen.violated == set()
    assert OPEN in seen.kinds("law/list-agrees")


def test_summaries_agree_in_what_they_show() -> None:
    """Items may show less than reading does, unless the law says that they show all."""
    short = law("list-agrees", **{**PARAMETERS, "items-show": "some", "order": "creation"})
    assert by_law(drilled(Brief, short)) == set()
    # the shape of the answer is broken as well, so that the law is left to say it of a reading that fits
    look = step("look", "getOrder", body={"id": "1", "state": "paid"}, id="1")
    made = step("", "createOrder", 201, {"id": "1"}, id="1", after=frozenset({"paid"}))
    page = step("page", "listOrders", body={"items": [{"id": "1"}]})
    found = told(
        "list-agrees", {"operation": "listOrders", "items": "/items", "items-show": "all"}, made, look, page
    )
    assert [(f.kind, f.aspect) for f in found] == [(BROKEN, "items"), (HOLDS, "")]


def test_a_next_page_may_be_a_url() -> None:
    """Without `cursor`, `next` is followed as a URL."""
    parameters = {name: value for name, value in PARAMETERS.items() if name != "cursor"}
    seen = drilled(Linked, law("list-agrees", **parameters))
    assert by_law(seen) == set()
    assert HOLDS in seen.kinds("law/list-agrees/pages")


def test_newest_first() -> None:
    """The other order is as good, and pages that slip while the list grows are told."""
    newest = law("list-agrees", **{**PARAMETERS, "order": "newest-first"})
    seen = drilled(Newest, newest)
    assert by_law(seen) == set()
    assert seen.kinds("law/list-agrees/order") == {HOLDS}
    assert f"{CLAUSE}/order" in drilled(Orders, newest).violated
    slipped = drilled(NewestByOffset, newest)
    assert f"{CLAUSE}/pages" in slipped.violated
    assert len(slipped.shortest("law/list-agrees/pages").history) <= 6


def test_one_page_size_throughout() -> None:
    """Where nothing says that a next page may have another size, every page of a walk is asked for alike."""
    parameters = {name: value for name, value in PARAMETERS.items() if name != "page-size-varies"}
    seen = drilled(Orders, law("list-agrees", **parameters))
    assert seen.violated == set()
    assert seen.kinds("law/list-agrees/pages") == {HOLDS}
    walks: list[set[Any]] = []
    for case in (event.step.case for event in seen.events if isinstance(event, StepJudged)):
        if case.role == "page" and "cursor" not in case.query:
            walks.append(set())
        if case.role == "page":
            walks[-1].add(case.query["limit"])
    assert len(walks) > 1
    assert all(len(sizes) == 1 for sizes in walks)


@pytest.mark.parametrize(
    ("first", "second", "broken"),
    [
        ({"id": "1", "v": 1}, {"id": "1", "v": 1}, True),
        ({"id": "1", "v": 1}, {"id": "1", "v": 2}, False),
        ({"id": "1", "v": 1}, {"id": "2", "v": 1}, False),
    ],
)
def test_an_item_twice(first: Any, second: Any, broken: bool) -> None:
    """Shown twice just alike, an item was repeated; one that changed between two pages may have moved."""
    parameters = {"operation": "listOrders", "items": "/items", "next": "/next"}
    pages = [
        step("page", "listOrders", body={"items": [item], "next": following})
        for item, following in ((first, "x"), (second, None))
    ]
    found = told("list-agrees", parameters, *pages)
    assert [(f.kind, f.aspect) for f in found] == ([(BROKEN, "pages")] if broken else [])


def test_an_answer_that_is_no_list_tells_nothing() -> None:
    """Items without ids, or no items at all, are no list to compare with."""
    parameters = {"operation": "listOrders", "items": "/items"}
    for body in ({}, {"items": [{}]}, {"items": {}}):
        found = told("list-agrees", parameters, step("page", "listOrders", body=body))
        assert [f.kind for f in found] == [OPEN]


def test_what_cannot_be_tried() -> None:
    """Without a reading, or without a way out of the list, the law says so."""
    assert "lets an instance be read" in missing("list-agrees", table(["getOrder"]), **PARAMETERS)[0]
    everything = {**PARAMETERS, "states": ["draft", "paid", "cancelled", "deleted"]}
    assert "no documented way leads" in missing("list-agrees", table(), **everything)[0]


def test_pages_that_shift_are_taken_as_they_are() -> None:
    """Where pages are counted by offset and the law says so, what comes and goes meanwhile is nobody's fault."""
    shifting = law("list-agrees", **{**PARAMETERS, "shifts": True})
    seen = drilled(pages_by_offset.Wrong, shifting)
    assert by_law(seen) == set()
    assert HOLDS in seen.kinds("law/list-agrees")
    assert seen.kinds("law/list-agrees/pages") == set()
    assert by_law(drilled(list_forgets_paid.Wrong, shifting)) != set()


def test_an_item_may_stand_deeper_in_what_is_read() -> None:
    """`read-at` says where; without it nothing is compared, and that is no success."""
    made = step("", "createOrder", 201, {"id": "1"}, id="1", after=frozenset({"paid"}))
    page = step("page", "listOrders", body={"items": [{"id": "1", "at": {"n": 1}}]})
    parameters = {"operation": "listOrders", "items": "/items"}
    for n, at, kind in ((1, {}, OPEN), (1, {"read-at": "#/data"}, HOLDS), (2, {"read-at": "#/data"}, BROKEN)):
        look = step("look", "getOrder", body={"data": {"id": "1", "at": {"n": n, "m": 2}}}, id="1")
        found = told("list-agrees", {**parameters, **at}, made, look, page)
        assert [f.kind for f in found if f.aspect == "items"] == [kind]


def test_somebody_elses_broken_item_does_not_hide_ours() -> None:
    """A page whose shape is broken still shows which ids are there; one that was refused shows nothing."""
    made = step("", "createOrder", 201, {"id": "1"}, id="1", after=frozenset({"paid"}))
    look = step("look", "getOrder", body={"id": "1"}, id="1")
    parameters = {"operation": "listOrders", "items": "/items"}
    for items, kind in (([{"id": "2", "item": 5}], BROKEN), ([{"id": "2", "item": 5}, {"id": "1"}], HOLDS)):
        page = replace(
            step("page", "listOrders", body={"items": items}), broken=("shop/listOrders/shape/200",)
        )
        found = told("list-agrees", parameters, made, look, page)
        assert [f.kind for f in found if not f.aspect] == [kind]
    page = replace(step("page", "listOrders", body={"items": []}), broken=("shop/listOrders/status/200",))
    assert [f.kind for f in told("list-agrees", parameters, made, look, page)] == [OPEN]
