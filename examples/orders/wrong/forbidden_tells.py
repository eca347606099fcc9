"""Another principal's order answers 403: one learns that it exists."""

from __future__ import annotations

from examples.orders.asking import Ask
from examples.orders.order import Order, Refused
from examples.orders.server import Orders

BREAKS = (2, "isolation")
LAW = "isolation"


class Wrong(Orders):
    def find(self, ask: Ask, operation: str) -> Order:
        who = self.authorized(ask)
        order = self.orders.get(ask.id)
        if order is not None and not self.may(who, order, operation):
            raise Refused(403, "This is not your order.")
        return super().find(ask, operation)
