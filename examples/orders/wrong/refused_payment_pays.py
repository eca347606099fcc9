"""A second payment answers 409 and cancels the order."""

from __future__ import annotations

from collections.abc import Collection

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (34, "state")
LAW = "failed-write-changes-nothing"


class Wrong(Orders):
    def allow(self, order: Order, states: Collection[str]) -> None:
        if order.state == "paid" and states == self.payable:
            self.change(order, state="cancelled")
        super().allow(order, states)
