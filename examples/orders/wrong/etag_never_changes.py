"""The ETag stays the same through every change."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (14, "header")
LAW = "conditional"


class Wrong(Orders):
    def etag(self, order: Order) -> str:
        return f'"{order.id}"'
