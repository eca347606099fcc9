"""Paid orders are in no list."""

from __future__ import annotations

from examples.orders.asking import Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (28, "list")
LAW = "list-agrees"


class Wrong(Orders):
    def matching(self, who: str, page: Page) -> list[Order]:
        return [order for order in super().matching(who, page) if order.state != "paid"]
