"""The list crashes once a paid order was cancelled and removed."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.asking import Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "no-server-error"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.lost: set[str] = set()

    def erase(self, order: Order) -> None:
        if order.state == "cancelled" and order.version > 2:
            self.lost.add(order.owner)
        super().erase(order)

    def matching(self, who: str, page: Page) -> list[Order]:
        if who in self.lost:
            raise LookupError(who)
        return super().matching(who, page)
