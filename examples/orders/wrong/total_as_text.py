"""The total is a text."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (8, "shape")
LAW = "shape"


class Wrong(Orders):
    def body(self, order: Order) -> dict[str, Json]:
        body = super().body(order)
        return {**body, "total": str(body["total"])}
