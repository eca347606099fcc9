"""A used Idempotency-Key with another body answers with the first order."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (12, "header")
LAW = "idempotency-key"


class Wrong(Orders):
    async def once(self, who: str, key: str, document: Json, make: Callable[[], Response]) -> Response:
        sent, _ = self.kept.get((who, key), (document, None))
        return await super().once(who, key, sent, make)
