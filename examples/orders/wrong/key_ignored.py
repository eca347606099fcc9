"""Idempotency-Key is not looked at."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (11, "header")
LAW = "idempotency-key"


class Wrong(Orders):
    async def once(self, who: str, key: str, document: Json, make: Callable[[], Response]) -> Response:
        return make()
