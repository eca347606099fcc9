"""Of two PATCHes at once that name different fields, one is lost."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (40, "concurrency")
LAW = "atomic"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def patch(self, ask: Ask) -> Response:
        order = self.find(ask, "patch")
        fields = self.read_patch(order, self.document(ask, "application/merge-patch+json"))
        self.allow(order, self.editable)
        await self.check_match(ask, order)
        await asyncio.sleep(PAUSE)
        return self.shown(self.change(order, **fields))
