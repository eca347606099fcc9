"""Changing one order's note changes the notes of all drafts of that owner."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (20, "isolation")
LAW = "isolation"


class Wrong(Orders):
    def change(self, order: Order, **fields: Json) -> Order:
        if "note" in fields:
            for other in list(self.orders.values()):
                if other.owner == order.owner and other.state == "draft" and other.id != order.id:
                    super().change(other, note=fields["note"])
        return super().change(order, **fields)
