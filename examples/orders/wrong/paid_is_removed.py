"""A paid order can be removed."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (27, "state")
LAW = "cell"


class Wrong(Orders):
    deletable = ("draft", "paid", "cancelled")
