"""A PUT without a quantity keeps the old one instead of being refused."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (24, "write")
LAW = "rejects"


class Wrong(Orders):
    def read_whole(self, order: Order, document: Json) -> dict[str, Json]:
        if isinstance(document, dict):
            document = {"quantity": order.quantity, **document}
        return super().read_whole(order, document)
