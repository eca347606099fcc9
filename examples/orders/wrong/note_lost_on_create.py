"""The note of a new order is forgotten."""

from __future__ import annotations

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (6, "write")
LAW = "field"


class Wrong(Orders):
    def read_new(self, document: Json) -> dict[str, Json]:
        return {**super().read_new(document), "note": None}
