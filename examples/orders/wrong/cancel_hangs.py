"""Cancelling a draft is never answered."""

from __future__ import annotations

import asyncio

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "answers"

#: seconds: longer than anybody waits
LONGEST_WAIT = 30.0


class Wrong(Orders):
    async def give_back(self, order: Order) -> None:
        if order.state == "draft":
            await asyncio.sleep(LONGEST_WAIT)
        await super().give_back(order)
