"""Two payments at once may both take the last pieces."""

from __future__ import annotations

import asyncio

from examples.orders.order import Order, Refused
from examples.orders.server import Orders

BREAKS = (40, "concurrency")
LAW = "atomic"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def take(self, order: Order) -> None:
        left = self.stock[order.item]
        if left < order.quantity:
            raise Refused(409, "There is not enough.")
        await asyncio.sleep(PAUSE)
        self.stock[order.item] -= order.quantity
