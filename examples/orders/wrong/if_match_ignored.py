"""If-Match is not looked at."""

from __future__ import annotations

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (22, "header")
LAW = "conditional"


class Wrong(Orders):
    async def check_match(self, ask: Ask, order: Order) -> None:
        pass
