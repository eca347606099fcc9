"""The ETag has no quotes."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (14, "header")
LAW = "header"


class Wrong(Orders):
    def etag(self, order: Order) -> str:
        return super().etag(order).strip('"')
