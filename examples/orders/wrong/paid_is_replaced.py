"""A paid order can be replaced."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (23, "state")
LAW = "cell"


class Wrong(Orders):
    async def replace(self, ask: Ask) -> Response:
        self.editable = ("draft", "paid")
        try:
            return await super().replace(ask)
        finally:
            self.editable = ("draft",)
