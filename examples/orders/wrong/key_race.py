"""Two requests with the same Idempotency-Key at once make two orders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (11, "concurrency")
LAW = "idempotency-key"

#: seconds in which others may come between
PAUSE = 0.02


class Wrong(Orders):
    async def once(self, who: str, key: str, document: Json, make: Callable[[], Response]) -> Response:
        if (who, key) not in self.kept:
            await asyncio.sleep(PAUSE)
            response = make()
            self.kept[who, key] = (document, response)
            return response
        return await super().once(who, key, document, make)
