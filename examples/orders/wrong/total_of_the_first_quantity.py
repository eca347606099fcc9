"""The total stays what it was at first when a PATCH changes the quantity."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (8, "write")
LAW = "promise"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.totals: dict[str, int] = {}

    def body(self, order: Order) -> dict[str, Json]:
        body = super().body(order)
        return {**body, "total": self.totals.setdefault(order.id, body["total"])}

    async def replace(self, ask: Ask) -> Response:
        self.totals.pop(ask.id, None)
        return await super().replace(ask)
