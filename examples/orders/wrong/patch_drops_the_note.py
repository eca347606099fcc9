"""A PATCH that does not name the note removes it."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (20, "write")
LAW = "patch-merges"


class Wrong(Orders):
    def merged(self, order: Order, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        return {"note": None, **fields}
