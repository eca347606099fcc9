"""The list needs no token."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (1, "isolation")
LAW = "authorization"


class Wrong(Orders):
    async def browse(self, ask: Ask) -> Response:
        if ask.header("authorization") is None:
            return self.json(200, {"items": [], "total": 0, "next": None})
        return await super().browse(ask)
