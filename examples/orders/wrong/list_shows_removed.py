"""A removed order stays in the list."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.asking import Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (26, "list")
LAW = "list-agrees"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.removed: list[Order] = []

    def erase(self, order: Order) -> None:
        self.removed.append(order)
        super().erase(order)

    def matching(self, who: str, page: Page) -> list[Order]:
        gone = [o for o in self.removed if o.owner == who and page.state in (None, o.state)]
        return sorted([*super().matching(who, page), *gone], key=lambda order: order.number)
