"""Removing a removed order answers 204 again."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (26, "state")
LAW = "cell"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.removed: set[str] = set()

    def erase(self, order: Order) -> None:
        self.removed.add(order.id)
        super().erase(order)

    async def delete(self, ask: Ask) -> Response:
        if self.authorized(ask) and ask.id in self.removed:
            return Response(status_code=204)
        return await super().delete(ask)
