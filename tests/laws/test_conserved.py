"""`conserved` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import (
    cancelling_a_draft_gives_stock,
    cancelling_keeps_the_stock,
    paying_takes_one,
    stock_falls_below_zero,
)
from tests.laws.bench import Hurried, drilled, law
from tests.laws.drill import kinds, missing, step, table

from assay.model.verdict import VerdictKind

NAME = "conserved"
CLAUSE = f"lifecycle/order/law/{NAME}"
PARAMETERS = {"read": "getStock", "with": {"sku": "$instance.item"}, "at": "#/available",
              "amount": "$instance.quantity", "states": ["paid"]}  # fmt: skip
LAW = law(NAME, **PARAMETERS)


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server whose stock and paid orders add up, and that is seen."""
    seen = drilled(Orders, LAW, clock=Hurried())
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.notes == ()
    assert seen.requests <= 80


@pytest.mark.parametrize(
    "wrong",
    [cancelling_a_draft_gives_stock, cancelling_keeps_the_stock, paying_takes_one, stock_falls_below_zero],
)
def test_what_does_not_add_up_breaks_it(wrong) -> None:
    """Pieces that are lost, made or sold without being there are told each time, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW, clock=Hurried())
    found = seen.shortest(CLAUSE)
    assert CLAUSE in seen.violated
    assert len(found.history) <= 6
    again, tries = found.reproduced
    assert again == tries >= 2


def test_giving_back_twice_breaks_it() -> None:
    """A cancellation that comes too late and gives back once more is told."""

    class Wrong(Orders):
        def allow(self, order, states):
            if states == self.cancellable and order.state == "cancelled":
                self.stock[order.item] += order.quantity
            super().allow(order, states)

    assert "moved nothing" in drilled(Wrong, LAW, clock=Hurried()).shortest(CLAUSE).verdict.message


def test_others_at_work_are_nobodys_fault() -> None:
    """A stock that moves between two looks accuses nobody."""

    class Busy(Orders):
        async def read_stock(self, ask):
            self.stock["mug"] -= 1
            return await super().read_stock(ask)

    seen = drilled(Busy, law(NAME, **{**PARAMETERS, "with": {"sku": "mug"}}), clock=Hurried())
    assert CLAUSE not in seen.violated
    assert VerdictKind.INCONCLUSIVE in seen.kinds(CLAUSE)


def test_a_purchase_between_the_looks_does_not_come_again() -> None:
    """What others may have done is told as what counts only when it comes again, and then it does not."""

    class Visited(Orders):
        looks = 0

        async def read_stock(self, ask):
            self.looks += 1
            self.stock["mug"] -= self.looks == 3
            return await super().read_stock(ask)

    found = drilled(Visited, LAW, clock=Hurried()).shortest(CLAUSE)
    assert found.verdict.transient
    assert found.reproduced == (0, 1)


def _drill(before, after, has, values=None, **step_more):
    known = {"item": "mug", "quantity": 2} if values is None else values
    one, other = frozenset({before}), frozenset({after})
    return (
        step("", "createOrder", 201, {}, id="a", after=one, values=known),
        step("control", "getStock", body={"available": 10}),
        step("before", "getStock", body={"available": 10}),
        step("step", "payOrder", body={}, id="a", before=one, after=other, values=known, **step_more),
        step("after", "getStock", body={"available": has}),
    )


@pytest.mark.parametrize(
    ("before", "after", "has", "kind"),
    [
        ("draft", "paid", 8, VerdictKind.HOLDS),
        ("draft", "paid", 9, VerdictKind.VIOLATED),
        ("draft", "paid", "8", VerdictKind.INCONCLUSIVE),
        ("paid", "cancelled", 12, VerdictKind.HOLDS),
        ("paid", "cancelled", 10, VerdictKind.VIOLATED),
        ("paid", "paid", 10, VerdictKind.HOLDS),
        ("draft", "cancelled", 12, VerdictKind.VIOLATED),
        ("draft", "cancelled", -1, VerdictKind.VIOLATED),
    ],
)
def test_the_sum_stays(before, after, has, kind) -> None:
    """It falls by the amount on the way in, rises by it on the way out, and stays otherwise."""
    assert kinds(NAME, PARAMETERS, *_drill(before, after, has)) == [kind]


def test_an_unknown_outcome_is_untold() -> None:
    """Where the instance may be here or there, or its amount is not remembered, nothing is told."""
    steps = _drill("draft", "paid", 9)
    either = step("step", "payOrder", body={}, id="a", before=frozenset({"draft"}), after=frozenset({"draft", "paid"}),
                  values={"item": "mug", "quantity": 2})  # fmt: skip
    assert kinds(NAME, PARAMETERS, *steps[:3], either, steps[4]) == [VerdictKind.INCONCLUSIVE]
    nameless = _drill("draft", "paid", 9, values={"item": "mug"})
    assert kinds(NAME, PARAMETERS, *nameless) == [VerdictKind.INCONCLUSIVE]


def test_it_says_what_it_cannot_try() -> None:
    """Without its parameters, and where no way leads into the states that hold, that is said."""
    assert missing(NAME, table()) == ["what is left is not known: say with «read», «at» and «states»"]
    assert missing(NAME, table(["payOrder"]), **PARAMETERS) == ["no documented way leads into paid"]
    unknown = {**PARAMETERS, "with": {"colour": "red"}}
    assert missing(NAME, table(), **unknown) == ["«with» names a parameter that getStock does not have"]
