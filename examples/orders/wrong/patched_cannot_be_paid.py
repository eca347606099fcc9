"""A draft that was patched cannot be paid."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.order import Json, Order, Refused
from examples.orders.server import Orders

BREAKS = (34, "state")
LAW = "cell"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.patched: set[str] = set()

    def merged(self, order: Order, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        self.patched.add(order.id)
        return super().merged(order, fields)

    async def take(self, order: Order) -> None:
        if order.id in self.patched:
            raise Refused(409, "The order was patched.")
        await super().take(order)
