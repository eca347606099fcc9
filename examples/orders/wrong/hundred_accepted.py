"""A new order may have any quantity above 99."""

from __future__ import annotations

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (9, "write")
LAW = "rejects"


class Wrong(Orders):
    def read_new(self, document: Json) -> dict[str, Json]:
        if isinstance(document, dict) and type(document.get("quantity")) is int and document["quantity"] > 99:
            return {**super().read_new({**document, "quantity": 99}), "quantity": document["quantity"]}
        return super().read_new(document)
