"""createdAt moves with each change."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (7, "shape")
LAW = "field"


class Wrong(Orders):
    def body(self, order: Order) -> dict[str, Json]:
        body = super().body(order)
        return {**body, "createdAt": body["updatedAt"]}
