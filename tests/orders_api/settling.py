"""Promises 28 to 42: lists, paying and cancelling, stock, and what holds of all requests."""

from __future__ import annotations

from uuid import uuid4

from orders_api.client import Client
from orders_api.kit import EVERYTHING, KEPT, NO_JSON, PRICES, ask, promise, unchanged


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
    answers += [ask(client, {"id": name}, what) for name in ("x", "%00", "'--", "é") for what in EVERYTHING]
    answers += [
        client.send("POST", "/orders", data=raw, headers={"Content-Type": "application/json"})
        for raw in NO_JSON
    ]
    for state in ("draft", "paid", "cancelled", "refunded"):
        for what in EVERYTHING:
            order = client.order(state)
            answers += [
                ask(client, order, what),
                ask(client, order, "read"),
                client.patch(order),
                client.browse(),
            ]
    assert all(answer.status_code < 500 for answer in answers)
