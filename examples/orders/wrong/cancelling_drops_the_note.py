"""Cancelling an order removes its note."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (36, "state")
LAW = "unchanged-after"


class Wrong(Orders):
    def change(self, order: Order, **fields: Json) -> Order:
        if fields.get("state") == "cancelled":
            fields["note"] = None
        return super().change(order, **fields)
