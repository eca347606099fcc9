"""An unknown field in a new order is ignored instead of refused."""

from __future__ import annotations

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (9, "write")
LAW = "rejects"


class Wrong(Orders):
    def read_new(self, document: Json) -> dict[str, Json]:
        known = {"item", "quantity", "note"}
        if isinstance(document, dict):
            document = {name: value for name, value in document.items() if name in known}
        return super().read_new(document)
