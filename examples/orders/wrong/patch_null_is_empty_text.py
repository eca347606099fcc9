"""A PATCH with a null note makes the note an empty text."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (20, "write")
LAW = "patch-merges"


class Wrong(Orders):
    def merged(self, order: Order, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        return {name: "" if value is None else value for name, value in fields.items()}
