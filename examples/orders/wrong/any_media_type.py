"""A PATCH labelled application/json is accepted."""

from __future__ import annotations

from examples.orders.asking import JSON, Ask
from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (24, "write")
LAW = "status"


class Wrong(Orders):
    def document(self, ask: Ask, wanted: str) -> Json:
        plain = (ask.header("content-type") or "").startswith(JSON)
        return super().document(ask, JSON if plain else wanted)
