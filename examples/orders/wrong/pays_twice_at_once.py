"""Two payments of one order at once both succeed."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (40, "concurrency")
LAW = "atomic"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def pay(self, ask: Ask) -> Response:
        order = self.find(ask, "pay")
        self.allow(order, self.payable)
        await asyncio.sleep(PAUSE)
        await self.take(order)
        return self.shown(self.change(order, state="paid"))
