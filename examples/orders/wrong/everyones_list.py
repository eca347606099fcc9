"""The list shows everyone's orders."""

from __future__ import annotations

from examples.orders.asking import Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (2, "isolation")
LAW = "isolation"


class Wrong(Orders):
    def matching(self, who: str, page: Page) -> list[Order]:
        return [order for order in self.orders.values() if page.state in (None, order.state)]
