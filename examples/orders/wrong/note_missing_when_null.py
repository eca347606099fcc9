"""A note that is null is left out of the answer."""

from __future__ import annotations

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (6, "shape")
LAW = "shape"


class Wrong(Orders):
    def body(self, order: Order) -> dict[str, Json]:
        return {name: value for name, value in super().body(order).items() if value is not None}
