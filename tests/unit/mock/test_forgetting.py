"""Claims about what a world forgets: what came to its end long ago, and nothing that is alive."""

from __future__ import annotations

import pytest

from assay.mock import world
from fakes.asking_the_mock import Asker

_KEY = "00000000-0000-4000-8000-00000000000"


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Asker:
    """A mock of orders that remembers three instances in their final state, and three answers to keys."""
    monkeypatch.setattr(world, "MOST_FINISHED", 3)
    monkeypatch.setattr(world, "MOST_ANSWERS", 3)
    return Asker()


def test_the_latest_of_what_is_over_are_remembered(ask: Asker) -> None:
    """Of five deleted orders the two that were deleted first are forgotten; those that live are not, however old."""
    alive = ask.order()
    made = [ask.order() for _ in range(5)]
    for order in made:
        assert ask("DELETE", f"/orders/{order['id']}").status == 204
    assert len(ask.world.instances) == 4
    assert ask("GET", f"/orders/{alive['id']}").body == alive
    assert ask("GET", "/orders").body["items"] == [alive]
    kept = {instance.id for instance in ask.world.instances.values()}
    assert kept == {alive["id"], *(order["id"] for order in made[2:])}


def test_lists_and_stocks_follow(ask: Asker) -> None:
    """What is worked out of all instances goes on without the forgotten ones, and is what a new mock would say."""
    for number in range(12):
        order = ask.order(item="pot" if number % 2 else "mug")
        ask("GET", "/orders?state=draft")
        ask("POST", f"/orders/{order['id']}/pay" if number % 3 else f"/orders/{order['id']}/cancel")
        if number % 4 == 0:
            ask("DELETE", f"/orders/{order['id']}")
    anew = Asker(world=ask.world)
    for path in ("/orders", "/orders?state=paid", "/stock/mug", "/stock/pot", "/orders?limit=3"):
        assert ask("GET", path).body == anew("GET", path).body


def test_ids_are_never_used_again(ask: Asker) -> None:
    """A forgotten order's id is not given to another one."""
    ids = set()
    for _ in range(10):
        order = ask.order()
        ids.add(order["id"])
        ask("DELETE", f"/orders/{order['id']}")
    assert len(ids) == 10


def test_the_latest_answers_are_given_again(ask: Asker) -> None:
    """Of five keys the first two are as new; the last is known."""
    made = []
    for number in range(5):
        headers = {"Idempotency-Key": f"{_KEY}{number}"}
        made.append(ask("POST", "/orders", {"item": "mug", "quantity": 2}, headers=headers).body["id"])
    again = [
        ask("POST", "/orders", {"item": "mug", "quantity": 2}, headers={"Idempotency-Key": key}).body["id"]
        for key in (f"{_KEY}4", f"{_KEY}0")
    ]
    assert again[0] == made[4]
    assert again[1] != made[0]
    assert len(ask.world.answers) == 3
