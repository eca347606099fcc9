"""`safe-methods-change-nothing` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import looking_at_stock_takes_one, reading_counts
from tests.laws.bench import Hurried, drilled, law
from tests.laws.drill import missing, table

from assay.model.verdict import VerdictKind

NAME = "safe-methods-change-nothing"
CLAUSE = f"lifecycle/order/law/{NAME}"
STOCK = {"read": "getStock", "with": {"sku": "$instance.item"}, "at": "#/available"}
OPERATIONS = ["getOrder", "listOrders", "getStock"]
LAW = law(NAME, operations=OPERATIONS, equal=["body", "ETag"], watch=[STOCK])


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server that only answers when it is only asked, and that is seen, in few requests."""
    seen = drilled(Orders, LAW, clock=Hurried())
    assert seen.violated == set()
    assert seen.kinds(CLAUSE) == {VerdictKind.HOLDS}
    assert seen.notes == ()
    assert seen.requests <= 60


@pytest.mark.parametrize(
    ("wrong", "culprit"), [(looking_at_stock_takes_one, "getStock"), (reading_counts, "getOrder")]
)
def test_an_effect_of_asking_breaks_it(wrong, culprit) -> None:
    """A read that changes what it shows is told, in at most six requests, and nothing else is blamed for it."""
    seen = drilled(wrong.Wrong, LAW, clock=Hurried())
    found = seen.shortest(CLAUSE)
    assert CLAUSE in seen.violated
    assert len(found.history) <= 6
    assert found.verdict.message.startswith(culprit)
    assert VerdictKind.INCONCLUSIVE in seen.kinds(CLAUSE)


def test_a_list_that_changes_what_it_lists_breaks_it() -> None:
    """The effect of one operation is seen with another."""

    class Wrong(Orders):
        async def browse(self, ask):
            response = await super().browse(ask)
            for order in list(self.orders.values()):
                self.change(order, note="seen")
            return response

    found = drilled(Wrong, LAW, clock=Hurried()).shortest(CLAUSE)
    assert found.verdict.message.startswith("listOrders")
    assert len(found.history) <= 6


def test_others_at_work_are_nobodys_fault() -> None:
    """A watched number that moves, but not by the same step with each look, accuses nobody."""

    class Busy(Orders):
        looks = 0

        async def read_stock(self, ask):
            self.looks += 1
            self.stock["mug"] -= 1 + self.looks % 2
            return await super().read_stock(ask)

    seen = drilled(Busy, LAW, clock=Hurried())
    assert CLAUSE not in seen.violated
    assert VerdictKind.INCONCLUSIVE in seen.kinds(CLAUSE)


def test_what_is_watched_counts_when_it_comes_again() -> None:
    """Others may move what is watched, so it is told as what counts only when it comes again."""
    assert drilled(looking_at_stock_takes_one.Wrong, LAW, clock=Hurried()).shortest(CLAUSE).verdict.transient
    assert not drilled(reading_counts.Wrong, LAW, clock=Hurried()).shortest(CLAUSE).verdict.transient


def test_what_may_move_by_itself_is_untold() -> None:
    """Without `equal`, a version that grows from look to look is no proof; that it cannot be told is said."""
    seen = drilled(reading_counts.Wrong, law(NAME, operations=OPERATIONS))
    assert CLAUSE not in seen.violated
    assert any("say with «equal»" in note.text for note in seen.notes)


def test_it_says_what_it_cannot_try() -> None:
    """Without an operation that shows an instance, or anything to watch, that is said."""
    assert missing(NAME, table(["getOrder"]))[0].startswith("no operation of the table shows an instance")
