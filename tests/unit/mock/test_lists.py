"""Claims about lists: what they show, in which order, page by page."""

from __future__ import annotations

import pytest

from fakes.asking_the_mock import Asker, law, stating

LISTING = {"operation": "listOrders", "items": "#/items", "total": "#/total", "next": "#/next",
           "cursor": "cursor", "page_size": "limit", "filter": {"state": "#/state"}}  # fmt: skip


@pytest.fixture
def ask():
    """A client of the orders mock."""
    return Asker()


def _ids(page):
    return [item["id"] for item in page.body["items"]]


def _walk(ask, query):
    """The ids of every page, from the first to the last."""
    pages, cursor = [], "start"
    while cursor is not None:
        page = ask("GET", f"/orders?{query}&cursor={cursor}")
        assert page.status == 200
        pages.append(_ids(page))
        cursor = page.body["next"]
    return pages


def test_a_list_shows_what_reading_shows(ask):
    """Each item is what GET answers, oldest first; an empty list is empty."""
    assert ask("GET", "/orders").body == {"items": [], "total": 0, "next": None}
    made = [ask.order(quantity=n)["id"] for n in (1, 2, 3)]
    ask("PATCH", f"/orders/{made[1]}", {"note": "changed"})
    ask("POST", f"/orders/{made[2]}/pay")
    page = ask("GET", "/orders")
    assert page.body["items"] == [ask("GET", f"/orders/{one}").body for one in made]
    assert (page.body["total"], page.body["next"]) == (3, None)


def test_what_was_removed_is_not_listed(ask):
    """An order that cannot be read any more is in no list and in no total."""
    one, two = ask.order()["id"], ask.order()["id"]
    assert ask("DELETE", f"/orders/{one}").status == 204
    page = ask("GET", "/orders")
    assert (_ids(page), page.body["total"]) == ([two], 1)


def test_a_filter_keeps_what_matches(ask):
    """Only orders of that state are shown and counted."""
    drafts = [ask.order()["id"] for _ in range(2)]
    paid = ask.order()["id"]
    ask("POST", f"/orders/{paid}/pay")
    assert _ids(ask("GET", "/orders?state=paid")) == [paid]
    page = ask("GET", "/orders?state=draft&limit=1")
    assert (_ids(page), page.body["total"]) == (drafts[:1], 2)
    assert ask("GET", "/orders?state=cancelled").body["total"] == 0


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_partition_the_list(ask, limit):
    """Whatever the page size, every order is on one page, and only the last page has no next."""
    made = [ask.order()["id"] for _ in range(5)]
    pages = _walk(ask, f"limit={limit}")
    assert [one for page in pages for one in page] == made
    assert all(len(page) == limit for page in pages[:-1])
    assert len(pages) == -(-5 // limit)


def test_pages_stay_apart_while_orders_come_and_go(ask):
    """An order made meanwhile is on a later page; the removal of one already seen hides no other."""
    made = [ask.order()["id"] for _ in range(4)]
    first = ask("GET", "/orders?limit=2")
    ask("DELETE", f"/orders/{made[1]}")
    new = ask.order()["id"]
    rest = ask("GET", f"/orders?limit=100&cursor={first.body['next']}")
    assert _ids(first) + _ids(rest) == [*made, new]


def test_everybody_sees_his_own(ask):
    """Orders of another principal are in neither items nor total."""
    mine, his = ask.order()["id"], ask.order(who="bob")["id"]
    assert (_ids(ask("GET", "/orders")), _ids(ask("GET", "/orders", who="bob"))) == ([mine], [his])
    assert ask("GET", "/orders", who="bob").body["total"] == 1


def test_a_cursor_of_no_page_is_refused(ask):
    """A made-up cursor, or one with another number, gets the documented 400."""
    for _ in range(3):
        ask.order()
    cursor = ask("GET", "/orders?limit=1").body["next"]
    number, _, rest = cursor.partition("-")
    for wrong in ("x", "1", f"{int(number) + 1}-{rest}", "9" * 30):
        assert ask("GET", f"/orders?cursor={wrong}").status == 400


def test_without_a_limit_a_page_has_the_documented_size(ask):
    """The page size is the default that the parameter's schema names."""
    for _ in range(21):
        ask.order()
    assert len(ask("GET", "/orders").body["items"]) == 20


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("creation", [2, 9, 5]),
        ("newest-first", [5, 9, 2]),
        ({"by": "#/quantity"}, [2, 5, 9]),
        ({"by": "#/quantity", "descending": True}, [9, 5, 2]),
        ({"by": "#/updatedAt", "descending": True}, [2, 5, 9]),
    ],
)
def test_items_stand_in_the_documented_order(order, expected):
    """By creation, newest first, or by a number or moment of the items; from page to page as well."""
    ask = Asker(
        stating(law("list-agrees", **LISTING, order=order), law("monotone", fields={"updatedAt": {}}))
    )
    made = {quantity: ask.order(quantity=quantity)["id"] for quantity in (2, 9, 5)}
    ask("PATCH", f"/orders/{made[2]}", {"note": "now the last that was changed"})
    wanted = [made[quantity] for quantity in expected]
    assert _ids(ask("GET", "/orders")) == wanted
    assert _walk(ask, "limit=1") == [[one] for one in wanted]


def test_next_may_be_an_address():
    """Where no parameter takes a cursor, `next` is the address of the next page, other parameters included."""
    parameters = {name: value for name, value in LISTING.items() if name != "cursor"}
    ask = Asker(stating(law("list-agrees", **parameters)))
    made = [ask.order()["id"] for _ in range(3)]
    page = ask("GET", "/orders?limit=2&state=draft")
    assert "state=draft" in page.body["next"]
    assert _ids(page) + _ids(ask("GET", page.body["next"])) == made


def test_without_isolation_everything_is_listed():
    """A contract that does not keep principals apart lists what everybody made."""
    ask = Asker(stating(law("list-agrees", **LISTING)))
    assert sorted([ask.order()["id"], ask.order(who="bob")["id"]]) == sorted(_ids(ask("GET", "/orders")))


@pytest.mark.parametrize(
    "query", ["cursor=a&cursor=b", "limit=1&limit=2", "cursor=%22%00", "state=draft&state=paid"]
)
def test_odd_queries_get_an_answer(ask, query):
    """Repeated parameters and odd cursors are answered, by a page or a refusal."""
    ask.order()
    assert ask("GET", f"/orders?{query}").status in {200, 400}
