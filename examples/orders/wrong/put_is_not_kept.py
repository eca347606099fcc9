"""A PUT answers with the new order and keeps the old one."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (13, "write")
LAW = "read-your-writes"


class Wrong(Orders):
    async def replace(self, ask: Ask) -> Response:
        before = dict(self.orders)
        response = await super().replace(ask)
        self.orders = before
        return response
