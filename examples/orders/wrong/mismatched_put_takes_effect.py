"""A PUT whose If-Match does not fit answers 412 and changes the order."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import JSON, Ask
from examples.orders.order import Refused
from examples.orders.server import Orders

BREAKS = (22, "write")
LAW = "failed-write-changes-nothing"


class Wrong(Orders):
    async def replace(self, ask: Ask) -> Response:
        try:
            return await super().replace(ask)
        except Refused as refused:
            if refused.status == 412:
                order = self.find(ask, "replace")
                self.change(order, **self.read_whole(order, self.document(ask, JSON)))
            raise
