"""The version stays 1 through every change."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (25, "shape")
LAW = "monotone"


class Wrong(Orders):
    def body(self, order: Order) -> dict[str, Json]:
        return {**super().body(order), "version": 1}
