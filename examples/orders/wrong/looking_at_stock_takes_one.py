"""Looking at the stock takes a piece."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (16, "write")
LAW = "safe-methods-change-nothing"


class Wrong(Orders):
    async def read_stock(self, ask: Ask) -> Response:
        response = await super().read_stock(ask)
        self.stock[ask.request.path_params["sku"]] -= 1
        return response
