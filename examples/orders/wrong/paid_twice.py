"""A paid order can be paid again."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (34, "state")
LAW = "cell"


class Wrong(Orders):
    payable = ("draft", "paid")
