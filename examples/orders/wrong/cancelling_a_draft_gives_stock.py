"""Cancelling a draft puts pieces into the stock that were never taken."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (39, "state")
LAW = "conserved"


class Wrong(Orders):
    async def give_back(self, order: Order) -> None:
        self.stock[order.item] += order.quantity
