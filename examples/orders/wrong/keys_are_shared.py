"""An Idempotency-Key of one principal answers another with the first one's order."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (12, "isolation")
LAW = "idempotency-key"


class Wrong(Orders):
    async def once(self, who: str, key: str, document: Json, make: Callable[[], Response]) -> Response:
        return await super().once("anyone", key, document, make)
