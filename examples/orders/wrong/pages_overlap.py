"""Each page begins with the last order of the page before."""

from __future__ import annotations

from examples.orders.asking import Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (31, "list")
LAW = "list-agrees"


class Wrong(Orders):
    def items(self, rest: list[Order], page: Page) -> list[Order]:
        before = [o for o in self.orders.values() if o.number == page.after]
        return [*before, *super().items(rest, page)]
