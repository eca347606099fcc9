"""A page shows up to 20 orders, whatever limit says."""

from __future__ import annotations

from examples.orders.asking import Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (30, "list")
LAW = "promise"


class Wrong(Orders):
    def items(self, rest: list[Order], page: Page) -> list[Order]:
        return rest[:20]
