"""Removing an order answers 200 with the order."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (26, "shape")
LAW = "documented-statuses"


class Wrong(Orders):
    async def delete(self, ask: Ask) -> Response:
        order = self.find(ask, "delete")
        await super().delete(ask)
        return self.shown(order)
