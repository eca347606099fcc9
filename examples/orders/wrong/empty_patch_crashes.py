"""An empty PATCH crashes the server."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "no-server-error"


class Wrong(Orders):
    def merged(self, order: Order, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        first, *rest = fields
        return {name: fields[name] for name in (first, *rest)}
