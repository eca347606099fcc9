"""Paying lowers the version."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from examples.orders.server import Ask, Orders

BREAKS = (25, "state")
LAW = "monotone"


class Wrong(Orders):
    async def pay(self, ask: Ask) -> Response:
        await super().pay(ask)
        order = self.orders[ask.id]
        self.orders[order.id] = replace(order, version=0)
        return self.shown(self.orders[order.id])
