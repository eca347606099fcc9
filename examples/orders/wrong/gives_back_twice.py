"""Two cancellations of a paid order at once give its pieces back twice."""

from __future__ import annotations

import asyncio

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (40, "concurrency")
LAW = "atomic"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def give_back(self, order: Order) -> None:
        await super().give_back(order)
        await asyncio.sleep(PAUSE)
