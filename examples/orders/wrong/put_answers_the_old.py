"""A PUT answers with the order as it was before."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (18, "write")
LAW = "put-replaces"


class Wrong(Orders):
    async def replace(self, ask: Ask) -> Response:
        before = self.find(ask, "replace")
        await super().replace(ask)
        return self.shown(before)
