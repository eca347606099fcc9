"""Reading a paid order breaks off in the middle of the answer."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "answers"


class Wrong(Orders):
    async def read(self, ask: Ask) -> Response:
        response = await super().read(ask)
        if b'"paid"' in bytes(response.body):
            response.body = bytes(response.body)[:-20]
        return response
