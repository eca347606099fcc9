"""Of two payments at once, one does not show in the stock."""

from __future__ import annotations

import asyncio

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (40, "concurrency")
LAW = "atomic"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def take(self, order: Order) -> None:
        before = self.stock[order.item]
        await super().take(order)
        left = before - order.quantity
        await asyncio.sleep(PAUSE)
        self.stock[order.item] = left
