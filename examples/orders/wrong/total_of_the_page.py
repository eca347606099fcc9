"""total counts the orders of the page."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (32, "list")
LAW = "list-agrees"


class Wrong(Orders):
    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> dict[str, Json]:
        return {**super().listed(items, matching, following), "total": len(items)}
