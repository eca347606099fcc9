"""Any principal can cancel any order."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (2, "isolation")
LAW = "isolation"


class Wrong(Orders):
    def may(self, who: str, order: Order, operation: str) -> bool:
        return operation == "cancel" or super().may(who, order, operation)
