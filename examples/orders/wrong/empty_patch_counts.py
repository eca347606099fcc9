"""An empty PATCH raises the version."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (21, "write")
LAW = "idempotent"


class Wrong(Orders):
    async def patch(self, ask: Ask) -> Response:
        before = self.find(ask, "patch")
        response = await super().patch(ask)
        after = self.orders[before.id]
        if after != before:
            return response
        self.orders[after.id] = replace(after, version=after.version + 1, updated=self.now())
        return self.shown(self.orders[after.id])
