"""Every fresh order is owned by `shop`."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (7, "shape")
LAW = "field"


class Wrong(Orders):
    def body(self, order: Order) -> dict[str, Json]:
        body = super().body(order)
        return {**body, "owner": "shop"} if order.version == 1 else body
