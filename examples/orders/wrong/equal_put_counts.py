"""A PUT that changes nothing raises the version."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (19, "write")
LAW = "idempotent"


class Wrong(Orders):
    async def replace(self, ask: Ask) -> Response:
        before = self.find(ask, "replace")
        response = await super().replace(ask)
        after = self.orders[before.id]
        if after != before:
            return response
        self.orders[after.id] = replace(after, version=after.version + 1, updated=self.now())
        return self.shown(self.orders[after.id])
