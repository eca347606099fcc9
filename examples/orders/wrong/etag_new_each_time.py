"""Each answer has another ETag."""

from __future__ import annotations

import uuid

from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (14, "header")
LAW = "conditional"


class Wrong(Orders):
    def etag(self, order: Order) -> str:
        return f'"{uuid.uuid4().hex}"'
