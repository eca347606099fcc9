"""`stays-final` against the orders example."""

from __future__ import annotations

import pytest
from examples.orders.server import Orders
from examples.orders.wrong import removed_comes_back, removed_is_readable
from tests.laws.bench import drilled, law

from assay.model.verdict import VerdictKind

LAW = law("stays-final", states=["deleted"])


def test_the_honest_server_keeps_it() -> None:
    """Nothing is told of a server whose removed orders stay removed, and that is seen."""
    seen = drilled(Orders, LAW)
    assert seen.violated == set()
    assert seen.kinds("law/stays-final") == {VerdictKind.HOLDS}


@pytest.mark.parametrize("wrong", [removed_comes_back, removed_is_readable])
def test_an_order_that_comes_back_breaks_it(wrong) -> None:
    """A removed order that can be had again is told, in at most six requests."""
    seen = drilled(wrong.Wrong, LAW)
    assert "lifecycle/order/law/stays-final" in seen.violated
    assert len(seen.shortest("law/stays-final").history) <= 6
