"""Two PUTs at once with the same If-Match both go through."""

from __future__ import annotations

import asyncio

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (40, "concurrency")
LAW = "conditional"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def check_match(self, ask: Ask, order: Order) -> None:
        await super().check_match(ask, order)
        await asyncio.sleep(PAUSE)
