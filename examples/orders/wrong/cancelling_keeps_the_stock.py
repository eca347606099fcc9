"""Cancelling a paid order gives nothing back."""

from __future__ import annotations

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (39, "state")
LAW = "conserved"


class Wrong(Orders):
    async def give_back(self, order: Order) -> None:
        pass
