"""Cancelling an order cancels the draft that the same owner opened before it."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (36, "isolation")
LAW = "isolation"


class Wrong(Orders):
    async def give_back(self, order: Order) -> None:
        for other in list(self.orders.values()):
            if (other.owner, other.number, other.state) == (order.owner, order.number - 1, "draft"):
                self.change(other, state="cancelled")
        await super().give_back(order)
