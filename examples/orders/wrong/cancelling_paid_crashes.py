"""Cancelling a paid order crashes the server."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "no-server-error"


class Wrong(Orders):
    async def give_back(self, order: Order) -> None:
        if order.state == "paid":
            raise KeyError(order.item)
