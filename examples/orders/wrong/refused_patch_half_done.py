"""A PATCH that is refused for its quantity has changed the note by then."""

from __future__ import annotations

from examples.orders.order import Json, Order, Refused
from examples.orders.server import Orders

BREAKS = (24, "write")
LAW = "failed-write-changes-nothing"


class Wrong(Orders):
    def read_patch(self, order: Order, document: Json) -> dict[str, Json]:
        try:
            return super().read_patch(order, document)
        except Refused:
            if (
                isinstance(document, dict)
                and isinstance(document.get("note"), str)
                and order.state == "draft"
            ):
                self.change(order, note=document["note"])
            raise
