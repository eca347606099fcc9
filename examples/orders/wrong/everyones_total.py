"""total counts everyone's orders."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (32, "isolation")
LAW = "isolation"


class Wrong(Orders):
    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> dict[str, Json]:
        return {**super().listed(items, matching, following), "total": len(self.orders)}
