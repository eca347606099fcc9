"""Paying lowers the version."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (25, "state")
LAW = "monotone"


class Wrong(Orders):
    async def pay(self, ask: Ask) -> Response:
        await super().pay(ask)
        order = self.orders[ask.id]
        self.orders[order.id] = replace(order, version=max(1, order.version - 2))
        return self.shown(self.orders[order.id])
