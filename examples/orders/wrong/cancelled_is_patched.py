"""A cancelled order can be patched."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (23, "state")
LAW = "cell"


class Wrong(Orders):
    async def patch(self, ask: Ask) -> Response:
        self.editable = ("draft", "cancelled")
        try:
            return await super().patch(ask)
        finally:
            self.editable = ("draft",)
