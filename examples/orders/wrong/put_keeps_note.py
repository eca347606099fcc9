"""A PUT without a note keeps the old note."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (18, "write")
LAW = "put-replaces"


class Wrong(Orders):
    def read_whole(self, order: Order, document: Json) -> dict[str, Json]:
        fields = super().read_whole(order, document)
        return fields if "note" in document else {**fields, "note": order.note}
