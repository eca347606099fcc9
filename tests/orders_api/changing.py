"""Promises 13 to 27: reading, changing and removing an order."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from orders_api.client import MERGE_PATCH, Client
from orders_api.kit import EVERYTHING, UNFIT, ask, promise, unchanged


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
        assert {ask(client, {"id": name}, what).status_code for what in EVERYTHING} == {404}


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
    for fields in UNFIT:
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
        for what in (*EVERYTHING, *EVERYTHING):
            assert ask(client, order, what).status_code == 404, what
        assert client.every() == []


@promise(27)
def paid_is_not_removed(client: Client) -> None:
    order = client.order("paid")
    assert client.delete(order).status_code == 409
    unchanged(client, order)
