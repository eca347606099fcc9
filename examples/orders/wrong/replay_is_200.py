"""A repeated Idempotency-Key answers 200 instead of 201."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (11, "header")
LAW = "idempotency-key"


class Wrong(Orders):
    async def once(self, who: str, key: str, document: Json, make: Callable[[], Response]) -> Response:
        known = (who, key) in self.kept
        response = await super().once(who, key, document, make)
        if known:
            return Response(response.body, 200, dict(response.headers))
        return response
