"""Any bearer token reads every order."""

from __future__ import annotations

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (1, "isolation")
LAW = "authorization"


class Wrong(Orders):
    def find(self, ask: Ask, operation: str) -> Order:
        if (
            operation == "read"
            and (ask.header("authorization") or "").startswith("Bearer ")
            and ask.id in self.orders
        ):
            return self.orders[ask.id]
        return super().find(ask, operation)
