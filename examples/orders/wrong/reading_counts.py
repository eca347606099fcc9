"""Reading an order raises its version."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (16, "write")
LAW = "safe-methods-change-nothing"


class Wrong(Orders):
    async def read(self, ask: Ask) -> Response:
        response = await super().read(ask)
        order = self.find(ask, "read")
        self.orders[order.id] = replace(order, version=order.version + 1)
        return response
