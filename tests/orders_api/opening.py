"""Promises 1 to 12: access, and opening an order."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from orders_api.client import MERGE_PATCH, Client
from orders_api.kit import EVERYTHING, NO_JSON, PRICES, UNFIT, ask, promise, unchanged


@promise(1)
def needs_a_token(client: Client) -> None:
    order = client.order()
    for stranger in (client.as_(None), client.as_(None, "wrong")):
        answers = [ask(stranger, order, what) for what in EVERYTHING]
        answers += [stranger.create(), stranger.browse()]
        assert {(a.status_code, a.headers.get("WWW-Authenticate")) for a in answers} == {(401, "Bearer")}
    unchanged(client, order)


@promise(2)
def only_ones_own(client: Client) -> None:
    order, bob = client.order(), client.as_("bob")
    unknown = bob.read({"id": str(uuid4())})
    for what in EVERYTHING:
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


@promise(9)
def unfit_orders_are_refused(client: Client) -> None:
    before = client.browse().json()["total"]
    for fields in (*UNFIT, {"item": ...}, {"quantity": ...}):
        assert client.create(**fields).status_code == 400, fields
    for raw in NO_JSON:
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
