"""An id that is no UUID crashes the server."""

from __future__ import annotations

import uuid

from examples.orders.asking import Ask
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "no-server-error"


class Wrong(Orders):
    def find(self, ask: Ask, operation: str) -> Order:
        self.authorized(ask)
        uuid.UUID(ask.id)
        return super().find(ask, operation)
