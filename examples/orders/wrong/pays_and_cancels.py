"""A payment and a cancellation of one draft at once both succeed, and it ends paid."""

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
        await super().take(order)
        await asyncio.sleep(PAUSE)
