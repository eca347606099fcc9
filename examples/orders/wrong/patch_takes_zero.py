"""A PATCH may set the quantity to zero."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (24, "write")
LAW = "rejects"


class Wrong(Orders):
    def read_patch(self, order: Order, document: Json) -> dict[str, Json]:
        if isinstance(document, dict) and type(document.get("quantity")) is int and document["quantity"] == 0:
            return {**super().read_patch(order, {**document, "quantity": 1}), "quantity": 0}
        return super().read_patch(order, document)
