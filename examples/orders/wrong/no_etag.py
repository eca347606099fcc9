"""Reading an order answers without ETag."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (13, "header")
LAW = "header"


class Wrong(Orders):
    async def read(self, ask: Ask) -> Response:
        response = await super().read(ask)
        del response.headers["ETag"]
        return response
