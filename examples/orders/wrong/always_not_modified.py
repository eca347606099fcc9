"""Any If-None-Match answers 304."""

from __future__ import annotations

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (15, "header")
LAW = "conditional"


class Wrong(Orders):
    def not_modified(self, ask: Ask, order: Order) -> bool:
        return ask.header("if-none-match") is not None
