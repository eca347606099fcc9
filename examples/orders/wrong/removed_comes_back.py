"""A removed order is back after a second DELETE."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.order import Order, Refused
from examples.orders.server import Orders

BREAKS = (26, "state")
LAW = "stays-final"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.removed: dict[str, Order] = {}

    def erase(self, order: Order) -> None:
        self.removed[order.id] = order
        super().erase(order)

    async def delete(self, ask: Ask) -> Response:
        try:
            return await super().delete(ask)
        except Refused as refused:
            if refused.status == 404 and ask.id in self.removed:
                self.orders[ask.id] = self.removed.pop(ask.id)
            raise
