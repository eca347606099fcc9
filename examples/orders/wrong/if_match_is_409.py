"""An If-Match that does not fit answers 409."""

from __future__ import annotations

from examples.orders.asking import Ask
from examples.orders.order import Order, Refused
from examples.orders.server import Orders

BREAKS = (22, "header")
LAW = "conditional"


class Wrong(Orders):
    async def check_match(self, ask: Ask, order: Order) -> None:
        try:
            await super().check_match(ask, order)
        except Refused as refused:
            raise Refused(409, str(refused)) from None
