"""A cancelled order can be paid."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (34, "state")
LAW = "cell"


class Wrong(Orders):
    payable = ("draft", "cancelled")
