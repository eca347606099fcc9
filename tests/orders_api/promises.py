"""The numbered promises of examples/orders/README.md, each as a few requests that show whether it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from orders_api.client import MERGE_PATCH, Client

#: number -> what it says, and the check: raises AssertionError when the promise is broken
PROMISES: dict[int, Callable[[Client], None]] = {}
KEPT = ("id", "owner", "item", "quantity", "note", "total", "createdAt")
PRICES = {"tea": 350, "mug": 900, "pot": 2400, "lamp": 12900}
_EVERYTHING = ("read", "put", "patch", "delete", "pay", "cancel")


def promise(number: int) -> Callable[[Callable[[Client], None]], Callable[[Client], None]]:
    """Files a check under its promise."""

    def file(check: Callable[[Client], None]) -> Callable[[Client], None]:
        PROMISES[number] = check
        return check

    return file


def ask(client: Client, order: dict[str, Any], what: str) -> Any:
    """Does one of `_EVERYTHING` to an order."""
    return client.act(order, what) if what in {"pay", "cancel"} else getattr(client, what)(order)


def unchanged(client: Client, order: dict[str, Any]) -> None:
    """The order is as it was."""
    assert client.read(order).json() == order


@promise(1)
def needs_a_token(client: Client) -> None:
    order = client.order()
    for stranger in (client.as_(None), client.as_(None, "wrong")):
        answers = [ask(stranger, order, what) for what in _EVERYTHING]
        answers += [stranger.create(), stranger.browse()]
        assert {(a.status_code, a.headers.get("WWW-Authenticate")) for a in answers} == {(401, "Bearer")}
    unchanged(client, order)


@promise(2)
def only_ones_own(client: Client) -> None:
    order, bob = client.order(), client.as_("bob")
    unknown = bob.read({"id": str(uuid4())})
    for what in _EVERYTHING:
        answer = ask(bob, order, what)
        assert (answer.status_code, answer.json()) == (404, unknown.json())
    assert bob.every() == []
    unchanged(client, order)


@promise(3)
def opens_a_draft(client: Client) -> None:
    made = client.create(note="x")
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["version"]) == ("draft", 1)


@promise(4)
def location_leads_there(client: Client) -> None:
    for _ in range(2):
        made = client.create()
        seen = client.send("GET", made.headers.get("Location", "/nowhere"))
        assert (seen.status_code, seen.text) == (200, made.text)


@promise(5)
def ids_are_new(client: Client) -> None:
    ids = [client.order()["id"] for _ in range(20)]
    assert len(set(ids)) == len(ids)


@promise(6)
def comes_back_as_sent(client: Client) -> None:
    for note in ("gift wrap", "  spaces ", "", "日本 \u0000 \U0001f4a9", "n" * 200, None):
        made = client.order(item="pot", quantity=99, note=note)
        assert (made["item"], made["quantity"]) == ("pot", 99)
        assert "note" in made
        assert made["note"] == note
        unchanged(client, made)
    assert client.create(note=...).json().get("note", "missing") is None


@promise(7)
def some_things_never_change(client: Client) -> None:
    made = client.order()
    assert made["owner"] == "alice"
    assert made["createdAt"] == made["updatedAt"]
    assert all(datetime.fromisoformat(made[name]).tzinfo for name in ("createdAt", "updatedAt"))
    for answer in (
        client.put(made),
        client.patch(made, note="y"),
        client.act(made, "pay"),
        client.act(made, "cancel"),
    ):
        assert {n: answer.json()[n] for n in ("id", "owner", "createdAt")} == {
            n: made[n] for n in ("id", "owner", "createdAt")
        }


@promise(8)
def total_is_a_product(client: Client) -> None:
    for item, price in PRICES.items():
        order = client.order(item=item, quantity=7)
        assert order["total"] == 7 * price
        assert client.patch(order, quantity=3).json()["total"] == 3 * price
        assert client.put(order, item="tea", quantity=4).json()["total"] == 4 * 350
        assert client.read(order).json()["total"] == 4 * 350


#: bodies that are no order
_UNFIT: tuple[dict[str, Any], ...] = (
    {"item": "sofa"}, {"item": None}, {"item": 5}, {"quantity": 0}, {"quantity": 100}, {"quantity": -1},
    {"quantity": 1.5}, {"quantity": "2"}, {"quantity": True}, {"quantity": None}, {"note": 5},
    {"note": "n" * 201}, {"colour": "red"},
)  # fmt: skip
_NO_JSON = (b"", b"{", b"[]", b"null", b'"tea"', b"\xff", b'{"item": "tea", "quantity": NaN}', b"[" * 5000)


@promise(9)
def unfit_orders_are_refused(client: Client) -> None:
    before = client.browse().json()["total"]
    for fields in (*_UNFIT, {"item": ...}, {"quantity": ...}):
        assert client.create(**fields).status_code == 400, fields
    for raw in _NO_JSON:
        answer = client.send("POST", "/orders", data=raw, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, raw
    assert client.create(quantity=2.0).status_code == 201
    assert client.browse().json()["total"] == before + 1


@promise(10)
def other_media_types_are_refused(client: Client) -> None:
    for kind in ("text/plain", MERGE_PATCH, "application/x-www-form-urlencoded"):
        assert client.create(headers={"Content-Type": kind}).status_code == 415
    assert client.create(headers={"Content-Type": "application/json; charset=utf-8"}).status_code == 201


@promise(11)
def a_key_makes_one_order(client: Client) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = client.create(headers=key)
    client.put(first.json())
    again = client.create(headers=key)
    shown = [(a.status_code, a.text, a.headers["Location"], a.headers["ETag"]) for a in (first, again)]
    assert shown[0] == shown[1]
    key = {"Idempotency-Key": str(uuid4())}
    both = client.at_once(*[lambda c: c.create(headers=key)] * 4)
    assert len({a.text for a in both}) == 1
    assert client.browse().json()["total"] == 2


@promise(12)
def a_key_is_for_one_body(client: Client) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = client.create(headers=key)
    assert client.create(headers=key, quantity=9).status_code == 422
    assert client.create(headers={"Idempotency-Key": "again"}).status_code == 400
    other = client.as_("bob").create(headers=key)
    assert (other.status_code, other.json()["owner"]) == (201, "bob")
    assert [order["id"] for order in client.every()] == [first.json()["id"]]


@promise(13)
def shows_what_was_written(client: Client) -> None:
    order = client.order(note="x")
    for write in (lambda: client.put(order, note="y"), lambda: client.patch(order, quantity=5),
                  lambda: client.act(order, "pay")):  # fmt: skip
        written, seen = write(), client.read(order)
        assert (seen.status_code, seen.json()) == (200, written.json())
        assert seen.headers.get("ETag")


@promise(14)
def etags_tell_versions(client: Client) -> None:
    made = client.create()
    order = made.json()
    tags = [made.headers["ETag"]]
    for change in (lambda: client.put(order), lambda: client.patch(order, note="z"), lambda: _watched(client, order),
                   lambda: client.act(order, "cancel")):  # fmt: skip
        tags.append(change().headers["ETag"])
        assert {client.read(order).headers["ETag"], client.read(order).headers["ETag"]} == {tags[-1]}
    assert len(set(tags)) == 5
    assert all(re.fullmatch(r'"[^"]+"', tag) for tag in tags)


def _watched(client: Client, order: dict[str, Any]) -> Any:
    """Pays while others look on: what has one ETag is one and the same."""
    before = client.read(order)
    paid, seen = client.at_once(lambda c: c.act(order, "pay"), lambda c: _read_until_paid(c, order))
    shown = {(answer.headers["ETag"], answer.text) for answer in (before, paid, seen)}
    assert len({tag for tag, _ in shown}) == len(shown)
    return paid


def _read_until_paid(client: Client, order: dict[str, Any]) -> Any:
    for _ in range(1000):
        seen = client.read(order)
        if seen.json()["state"] == "paid":
            return seen
    raise AssertionError("the order was not paid")


@promise(15)
def unchanged_is_304(client: Client) -> None:
    order = client.order()
    tag = client.read(order).headers["ETag"]
    for known in (tag, "*", f'"other", {tag}', f"W/{tag}"):
        answer = client.read(order, If_None_Match=known)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    assert client.read(order, If_None_Match='"other"').status_code == 200
    client.put(order)
    assert client.read(order, If_None_Match=tag).status_code == 200


@promise(16)
def reading_changes_nothing(client: Client) -> None:
    order = client.order()
    stock = client.left("tea")
    for _ in range(2):
        client.browse(), client.read(order), client.left("tea")
    unchanged(client, order)
    assert client.left("tea") == stock


@promise(17)
def unknown_ids_are_404(client: Client) -> None:
    for name in (str(uuid4()), "x", "0"):
        assert {ask(client, {"id": name}, what).status_code for what in _EVERYTHING} == {404}


@promise(18)
def put_replaces(client: Client) -> None:
    order = client.order(note="x")
    answer = client.put(order, item="pot", quantity=5)
    assert answer.status_code == 200
    for shown in (answer.json(), client.read(order).json()):
        assert (shown["item"], shown["quantity"], shown["note"]) == ("pot", 5, None)


@promise(19)
def equal_puts_are_one(client: Client) -> None:
    order = client.order()
    first, second = client.put(order, note="x"), client.put(order, note="x")
    assert (first.json(), first.headers["ETag"]) == (second.json(), second.headers["ETag"])


@promise(20)
def patch_merges(client: Client) -> None:
    order, other = client.order(note="x", quantity=5), client.order(note="other")
    for fields, wanted in (
        ({"quantity": 6}, ("tea", 6, "x")),
        ({"item": "mug"}, ("mug", 6, "x")),
        ({"note": "y", "item": "pot"}, ("pot", 6, "y")),
        ({"note": None}, ("pot", 6, None)),
    ):
        answer = client.patch(order, **fields)
        assert answer.status_code == 200
        for shown in (answer.json(), client.read(order).json()):
            assert (shown["item"], shown["quantity"], shown["note"]) == wanted
    unchanged(client, other)


@promise(21)
def empty_patches_are_nothing(client: Client) -> None:
    order = client.order(note="x")
    answer = client.patch(order)
    assert (answer.status_code, answer.json()) == (200, order)


@promise(22)
def heeds_if_match(client: Client) -> None:
    order = client.order()
    for write in (client.put, client.patch):
        before = client.read(order)
        answer = write(order, {"If-Match": '"other"'}, note="lost", quantity=7)
        assert answer.status_code == 412
        unchanged(client, before.json())
        stale = before.headers["ETag"]
        assert write(order, {"If-Match": f'"other", {stale}'}, note=f"x {write.__name__}").status_code == 200
        assert write(order, {"If-Match": stale}, note="late").status_code == 412
        assert write(order, {"If-Match": "*"}, note=f"y {write.__name__}").status_code == 200


@promise(23)
def only_drafts_change(client: Client) -> None:
    for state in ("paid", "cancelled"):
        order = client.order(state)
        assert client.put(order).status_code == 409
        assert client.patch(order, quantity=9).status_code == 409
        unchanged(client, order)


@promise(24)
def refused_writes_change_nothing(client: Client) -> None:
    order = client.order(note="x")
    for fields in _UNFIT:
        assert client.put(order, **{"note": "lost", **fields}).status_code == 400, fields
        assert client.patch(order, **{"note": "lost", **fields}).status_code == 400, fields
    assert client.put(order, quantity=...).status_code == client.put(order, item=...).status_code == 400
    for kind, write in (("application/json", client.patch), (MERGE_PATCH, client.put)):
        assert write(order, {"Content-Type": kind}, note="lost").status_code == 415
    unchanged(client, order)


@promise(25)
def versions_count_changes(client: Client) -> None:
    order = client.order()
    steps = (lambda: client.put(order), lambda: client.put(order), lambda: client.patch(order, note="x"),
             lambda: client.act(order, "pay"), lambda: client.act(order, "cancel"))  # fmt: skip
    shown = [order, *[step().json() for step in steps]]
    assert [one["version"] for one in shown] == [1, 2, 2, 3, 4, 5]
    times = [datetime.fromisoformat(one["updatedAt"]) for one in shown]
    assert times == sorted(times)
    assert len(set(times)) == 5


@promise(26)
def removed_is_gone(client: Client) -> None:
    for state in ("draft", "cancelled", "refunded"):
        order = client.order(state)
        answer = client.delete(order)
        assert (answer.status_code, answer.content) == (204, b"")
        for what in (*_EVERYTHING, *_EVERYTHING):
            assert ask(client, order, what).status_code == 404, what
        assert client.every() == []


@promise(27)
def paid_is_not_removed(client: Client) -> None:
    order = client.order("paid")
    assert client.delete(order).status_code == 409
    unchanged(client, order)


@promise(28)
def lists_oldest_first(client: Client) -> None:
    orders = [client.order(state) for state in ("draft", "paid", "cancelled")]
    answer = client.browse()
    assert (answer.status_code, sorted(answer.json())) == (200, ["items", "next", "total"])
    assert [order["id"] for order in answer.json()["items"]] == [order["id"] for order in orders]


@promise(29)
def lists_one_state(client: Client) -> None:
    orders = {state: client.order(state)["id"] for state in ("draft", "paid", "cancelled")}
    for state, name in orders.items():
        assert [order["id"] for order in client.every(state=state)] == [name]


@promise(30)
def pages_have_a_limit(client: Client) -> None:
    orders = [client.order()["id"] for _ in range(21)]
    for limit in (1, 2, 100):
        assert len(client.browse(limit=limit).json()["items"]) == min(limit, 21)
    assert len(client.browse().json()["items"]) == 20
    assert client.browse(cursor="start", limit=1).json()["items"][0]["id"] == orders[0]
    for query in (
        {"limit": 0},
        {"limit": 101},
        {"limit": "x"},
        {"limit": -1},
        {"state": "deleted"},
        {"cursor": "x"},
    ):
        assert client.browse(**query).status_code == 400, query


@promise(31)
def pages_show_everything_once(client: Client) -> None:
    orders = [client.order()["id"] for _ in range(7)]
    for limit in (1, 3, 4, 7, 8):
        assert [order["id"] for order in client.every(limit=limit)] == orders
    first = client.browse(limit=3).json()
    client.delete({"id": orders[1]})
    new = client.order()["id"]
    assert [order["id"] for order in client.every(limit=3, cursor=first["next"])] == [*orders[3:], new]


@promise(32)
def total_counts_all_pages(client: Client) -> None:
    client.as_("bob").order()
    for state in ("draft", "draft", "draft", "paid"):
        client.order(state)
    assert [client.browse(limit=n).json()["total"] for n in (1, 3, 100)] == [4, 4, 4]
    assert client.browse(state="draft", limit=1).json()["total"] == 3


@promise(33)
def lists_show_what_get_shows(client: Client) -> None:
    order = client.order()
    for change in (lambda: client.put(order, note="x"), lambda: client.patch(order, quantity=5),
                   lambda: client.act(order, "pay"), lambda: client.act(order, "cancel")):  # fmt: skip
        change()
        assert client.browse().json()["items"] == [client.read(order).json()]


@promise(34)
def pays_once(client: Client) -> None:
    plain, patched = client.order(), client.order()
    client.patch(patched, note="x")
    for order in (plain, patched):
        answer = client.act(order, "pay")
        assert (answer.status_code, answer.json()["state"]) == (200, "paid")
    for order in (answer.json(), client.order("cancelled")):
        assert client.act(order, "pay").status_code == 409
        unchanged(client, order)


@promise(35)
def cancels_once(client: Client) -> None:
    for state in ("draft", "paid"):
        answer = client.act(order := client.order(state), "cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert client.act(order, "cancel").status_code == 409
        unchanged(client, answer.json())


@promise(36)
def acting_keeps_the_rest(client: Client) -> None:
    bystander, order = client.order(note="b"), client.order(note="x", quantity=5)
    for action in ("pay", "cancel"):
        answer = client.act(order, action).json()
        assert {name: answer[name] for name in KEPT} == {name: order[name] for name in KEPT}
    unchanged(client, answer)
    unchanged(client, bystander)


@promise(37)
def stock_is_public(client: Client) -> None:
    for sku, price in PRICES.items():
        answer = client.as_(None).send("GET", f"/stock/{sku}")
        assert answer.status_code == 200
        assert (answer.json()["sku"], answer.json()["price"]) == (sku, price)
    assert client.send("GET", "/stock/sofa").status_code == 404


@promise(38)
def paying_takes_pieces(client: Client) -> None:
    before = client.left("mug")
    client.order("paid", item="mug", quantity=7)
    assert client.left("mug") == before - 7
    assert client.left("lamp") == 5
    client.order("paid", item="lamp", quantity=4)
    order = client.order(item="lamp", quantity=2)
    assert client.act(order, "pay").status_code == 409
    unchanged(client, order)
    assert client.left("lamp") == 1


@promise(39)
def cancelling_gives_pieces_back(client: Client) -> None:
    before = client.left("mug")
    order = client.order("paid", item="mug", quantity=7)
    client.act(order, "cancel"), client.act(order, "cancel")
    assert client.left("mug") == before
    client.order("cancelled", item="mug", quantity=7)
    assert client.left("mug") == before


@promise(40)
def one_after_another(client: Client) -> None:
    order, before = client.order(item="pot", quantity=3), client.left("pot")
    paid = client.at_once(*[lambda c: c.act(order, "pay")] * 3)
    assert sorted(answer.status_code for answer in paid) == [200, 409, 409]
    assert client.left("pot") == before - 3
    cancelled = client.at_once(*[lambda c: c.act(order, "cancel")] * 3)
    assert sorted(answer.status_code for answer in cancelled) == [200, 409, 409]
    assert client.left("pot") == before
    _last_pieces(client)
    _payment_against_cancellation(client)
    _same_if_match(client)
    order = client.order()
    client.at_once(lambda c: c.patch(order, note="both"), lambda c: c.patch(order, quantity=9))
    seen = client.read(order).json()
    assert (seen["note"], seen["quantity"], seen["version"]) == ("both", 9, 3)


def _last_pieces(client: Client) -> None:
    lamps = [client.order(item="lamp", quantity=2) for _ in range(4)]
    client.at_once(*[lambda c, order=order: c.act(order, "pay") for order in lamps])
    assert client.left("lamp") == 1
    assert len(client.every(state="paid")) == 2


def _payment_against_cancellation(client: Client) -> None:
    order = client.order()
    before = client.left("tea")
    client.at_once(lambda c: c.act(order, "pay"), lambda c: c.act(order, "cancel"))
    assert client.read(order).json()["state"] == "cancelled"
    assert client.left("tea") == before


def _same_if_match(client: Client) -> None:
    order = client.order()
    tag = {"If-Match": client.read(order).headers["ETag"]}
    put = client.at_once(*[lambda c, n=n: c.put(order, tag, note=f"from {n}") for n in range(3)])
    assert sorted(answer.status_code for answer in put) == [200, 412, 412]


@promise(41)
def errors_are_problems(client: Client) -> None:
    paid = client.order("paid")
    answers = {
        400: client.create(quantity=0), 401: client.as_(None).browse(), 404: client.read({"id": str(uuid4())}),
        409: client.act(paid, "pay"), 412: client.put(client.order(), {"If-Match": '"other"'}),
        415: client.create(headers={"Content-Type": "text/plain"}),
    }  # fmt: skip
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
        assert answer.json()["title"]
        assert answer.json()["detail"]


@promise(42)
def always_answers(client: Client) -> None:
    answers = [client.create(note=note) for note in ("n" * 201, "日本", "\u0000", "\ud800", "")]
    answers += [ask(client, {"id": name}, what) for name in ("x", "%00", "'--", "é") for what in _EVERYTHING]
    answers += [
        client.send("POST", "/orders", data=raw, headers={"Content-Type": "application/json"})
        for raw in _NO_JSON
    ]
    for state in ("draft", "paid", "cancelled", "refunded"):
        for what in _EVERYTHING:
            order = client.order(state)
            answers += [
                ask(client, order, what),
                ask(client, order, "read"),
                client.patch(order),
                client.browse(),
            ]
    assert all(answer.status_code < 500 for answer in answers)
