"""The list is a bare array."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (28, "shape")
LAW = "shape"


class Wrong(Orders):
    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> Json:
        return super().listed(items, matching, following)["items"]
