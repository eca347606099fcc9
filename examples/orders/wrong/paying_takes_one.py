"""Paying takes one piece from the stock, whatever the quantity."""

from __future__ import annotations

from examples.orders.order import Order, Refused
from examples.orders.server import Orders

BREAKS = (38, "state")
LAW = "conserved"


class Wrong(Orders):
    async def take(self, order: Order) -> None:
        if self.stock[order.item] < order.quantity:
            raise Refused(409, "There is not enough.")
        self.stock[order.item] -= 1
