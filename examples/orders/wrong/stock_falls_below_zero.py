"""Lamps are sold that are not there."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (38, "state")
LAW = "conserved"


class Wrong(Orders):
    async def take(self, order: Order) -> None:
        self.stock[order.item] -= order.quantity
