"""While an order is being paid, it can be seen paid at its old version."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (14, "concurrency")
LAW = "atomic"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def take(self, order: Order) -> None:
        await super().take(order)
        self.orders[order.id] = replace(order, state="paid")
        await asyncio.sleep(PAUSE)
