"""A removed order can still be read."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (26, "state")
LAW = "stays-final"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.removed: dict[str, Order] = {}

    def erase(self, order: Order) -> None:
        self.removed[order.id] = order
        super().erase(order)

    def find(self, ask: Ask, operation: str) -> Order:
        removed = self.removed.get(ask.id)
        if operation == "read" and removed is not None and self.may(self.authorized(ask), removed, operation):
            return removed
        return super().find(ask, operation)
