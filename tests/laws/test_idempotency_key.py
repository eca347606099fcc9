"""`idempotency-key` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.asking import Ask
from examples.orders.server import Orders
from examples.orders.wrong import key_answers_anything, key_ignored, key_race, keys_are_shared, replay_is_200
from starlette.responses import Response
from tests.laws.bench import drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.event import StepJudged
from assay.model.verdict import VerdictKind

PARAMETERS = {
    "headers": ["Location", "ETag"],
    "reused": 422,
    "per-principal": True,
    "at-once": True,
    "counted": {"operation": "listOrders", "total": "#/total"},
}
LAW = law("idempotency-key", **PARAMETERS)
PARTS = ("", "/reused", "/per-principal", "/counted", "/at-once")
CLAUSE = "lifecycle/order/law/idempotency-key"


class Busy(Orders):
    """Somebody else with the same token opens an order whenever one is opened."""

    async def create(self, ask: Ask) -> Response:
        response = await super().create(ask)
        self.open("alice", {"item": "tea", "quantity": 1, "note": None})
        return response


class Hidden(Orders):
    """Answers a repetition as it should, and makes a second order all the same."""

    async def once(self, who, key, document, make) -> Response:
        if (who, key) in self.kept:
            make()
        return await super().once(who, key, document, make)


def test_the_honest_server_keeps_it() -> None:
    """Every part holds, and is seen to."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert all(seen.kinds(f"law/idempotency-key{part}") == {VerdictKind.HOLDS} for part in PARTS[:-1])
    # whether two requests met at the server, a loaded machine decides
    assert seen.kinds("law/idempotency-key/at-once") <= {VerdictKind.HOLDS, VerdictKind.INCONCLUSIVE}
    assert seen.requests <= 20


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (key_ignored, ""),
        (replay_is_200, ""),
        (key_answers_anything, "/reused"),
        (keys_are_shared, "/per-principal"),
        (key_race, "/at-once"),
    ],
)
def test_a_key_that_is_not_heeded_breaks_it(wrong, part: str) -> None:
    """Each fault is told under the clause of its part, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert CLAUSE + part in seen.violated
    assert len(seen.shortest(f"law/idempotency-key{part}").history) <= 6


def test_an_effect_that_no_answer_shows_breaks_it() -> None:
    """The total of a list tells of a second order that the answer hides."""
    seen = drilled(Hidden, LAW)
    assert seen.violated == {f"{CLAUSE}/counted"}


def test_others_may_open_orders_meanwhile() -> None:
    """Without `counted`, what others do at the same time is no effect of ours."""
    assert drilled(Busy, law("idempotency-key", reused=422)).violated == set()


def test_keys_are_fresh() -> None:
    """No two drills share a key, and no confirmation repeats one: the server would know it."""
    seen = drilled(key_ignored.Wrong, law("idempotency-key"))
    steps = [e.step.case for e in seen.events if isinstance(e, StepJudged)]
    keys = [case.headers["Idempotency-Key"] for case in steps if case.role == "first"]
    assert len(keys) == len(set(keys)) == 3


def test_one_principal_cannot_show_whose_keys_they_are() -> None:
    """With a single principal that part stays untried, for that reason."""
    seen = drilled(Orders, LAW, principals=1)
    assert seen.kinds("law/idempotency-key/per-principal") == set()
    noted = [n.text for n in seen.notes if any(c.endswith("key/per-principal") for c in n.clauses)]
    assert len(noted) == 1
    assert noted[0].startswith("needs a second principal")


def test_a_first_request_that_failed_tells_nothing() -> None:
    """What a key of a refused request is worth, nobody says."""
    steps = [step("first", "createOrder", 400, {}), step("again", "createOrder", 201, {})]
    assert kinds("idempotency-key", {}, *steps) == [VerdictKind.INCONCLUSIVE]


def test_a_key_of_an_operation_that_never_succeeds() -> None:
    """An operation that no reachable state allows cannot be tried."""
    assert "no reachable state" in missing("idempotency-key", table(["payOrder"]), operation="payOrder")[0]


@pytest.mark.parametrize("role", ["again", "reused"])
def test_a_limit_on_our_rate_says_nothing_of_keys(role: str) -> None:
    """A 429 speaks of the circumstances: the second request was not looked at."""
    first = step("first", "createOrder", 201, {"id": "1"}, id="1")
    limited = step(role, "createOrder", 429, {})
    assert kinds("idempotency-key", {"reused": 422}, first, limited) == [VerdictKind.INCONCLUSIVE]
