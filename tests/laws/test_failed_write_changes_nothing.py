"""`failed-write-changes-nothing` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.order import Refused
from examples.orders.server import Orders
from examples.orders.wrong import (
    any_media_type,
    conflicting_put_takes_effect,
    mismatched_put_takes_effect,
    refused_patch_half_done,
    refused_payment_pays,
)
from tests.laws.bench import Hurried, drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

NAME = "failed-write-changes-nothing"
CLAUSE = f"lifecycle/order/law/{NAME}"
STOCK = {
    "read": "getStock",
    "with": {"sku": "$instance.item"},
    "at": "#/available",
    "operations": ["payOrder"],
}
TOTAL = {"read": "listOrders", "at": "#/total", "operations": ["createOrder"]}
LAW = law(NAME, equal=["body", "ETag"], watch=[STOCK, TOTAL])


@pytest.mark.parametrize("stated", [LAW, law(NAME)])
def test_the_honest_server_keeps_it(stated) -> None:
    """Nothing is told of a server whose refusals are without effect, and that is seen."""
    seen = drilled(Orders, stated)
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.notes == ()
    assert seen.requests <= 140


@pytest.mark.parametrize("stated", [LAW, law(NAME)])
@pytest.mark.parametrize(
    "wrong",
    [
        conflicting_put_takes_effect,
        mismatched_put_takes_effect,
        refused_patch_half_done,
        refused_payment_pays,
    ],
)
def test_a_refusal_with_an_effect_breaks_it(wrong, stated) -> None:
    """A write that is refused and takes effect is told, in at most six requests, also without any parameter."""
    seen = drilled(wrong.Wrong, stated)
    assert CLAUSE in seen.violated
    assert len(seen.shortest(CLAUSE).history) <= 6


def test_an_unauthorized_write_with_an_effect_breaks_it() -> None:
    """401 that cancels all the same is told."""

    class Wrong(Orders):
        async def cancel(self, ask):
            if self.principal(ask) is None and ask.id in self.orders:
                self.change(self.orders[ask.id], state="cancelled")
            return await super().cancel(ask)

    found = drilled(Wrong, law(NAME, equal=["body"])).shortest(CLAUSE)
    assert "cancelOrder" in found.verdict.message
    assert len(found.history) <= 6


def test_what_is_watched_is_told() -> None:
    """A refused payment that takes from the stock, and a refused creation that creates, show elsewhere only."""

    class Takes(Orders):
        def allow(self, order, states):
            if order.state not in states and states == self.payable and order.state == "paid":
                self.stock[order.item] -= 1
            super().allow(order, states)

    class Creates(Orders):
        def read_new(self, document):
            try:
                return super().read_new(document)
            except Refused:
                self.open("alice", {"item": "mug", "quantity": 1, "note": None})
                raise

    for wrong, operation in ((Takes, "getStock"), (Creates, "listOrders")):
        found = drilled(wrong, LAW, clock=Hurried()).shortest(CLAUSE)
        assert found.history[-1].case.operation == operation
        assert found.verdict.transient
        assert found.reproduced == (3, 3)
        assert len(found.history) <= 6


def test_what_moves_by_itself_is_untold() -> None:
    """A stock that others empty meanwhile accuses nobody."""

    class Busy(Orders):
        async def read_stock(self, ask):
            self.stock["mug"] -= 1
            return await super().read_stock(ask)

    seen = drilled(Busy, LAW, clock=Hurried())
    assert CLAUSE not in seen.violated
    assert VerdictKind.INCONCLUSIVE in seen.kinds(CLAUSE)


def test_a_write_that_is_let_through_is_no_refusal() -> None:
    """What is accepted although it should not be is another clause's matter."""
    assert CLAUSE not in drilled(any_media_type.Wrong, LAW).violated


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (409, VerdictKind.VIOLATED),
        (500, VerdictKind.INCONCLUSIVE),
        (418, VerdictKind.INCONCLUSIVE),
        (None, VerdictKind.INCONCLUSIVE),
    ],
)
def test_only_documented_refusals_promise_anything(status, kind) -> None:
    """What a crash, an undocumented status or silence leaves behind, nobody has said."""
    steps = (
        step("before", "getOrder", body={"state": "paid"}),
        step("refused", "payOrder", status, {}),
        step("after", "getOrder", body={"state": "cancelled"}),
    )
    assert kinds(NAME, {"equal": ["body"]}, *steps) == [kind]


def test_only_the_chosen_statuses_count() -> None:
    """With `on` other refusals are neither brought about nor believed."""
    steps = (
        step("before", "getOrder", body={"state": "paid"}),
        step("refused", "payOrder", 409, {}),
        step("after", "getOrder", body={"state": "cancelled"}),
    )
    assert kinds(NAME, {"equal": ["body"], "on": [401]}, *steps) == [VerdictKind.INCONCLUSIVE]


def test_it_says_what_it_cannot_try() -> None:
    """Without an operation that shows an instance, and for a watched read without that parameter, that is said."""
    assert missing(NAME, table(["getOrder"])) == [
        "no operation of the table shows an instance: name one with «read»"
    ]
    watch = [{"read": "getStock", "with": {"colour": "red"}, "at": "#/available"}]
    assert missing(NAME, table(), watch=watch) == ["«with» names a parameter that getStock does not have"]
