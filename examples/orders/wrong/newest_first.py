"""The list is newest first."""

from __future__ import annotations

import json

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (28, "list")
LAW = "list-agrees"


class Wrong(Orders):
    async def browse(self, ask: Ask) -> Response:
        response = await super().browse(ask)
        document = json.loads(bytes(response.body))
        document["items"].reverse()
        return self.json(200, document)
