"""An order in the list is shown as it was opened."""

from __future__ import annotations

from collections.abc import Mapping

from examples.orders.order import Json, Order
from examples.orders.server import Orders

BREAKS = (33, "list")
LAW = "list-agrees"


class Wrong(Orders):
    def __init__(self, tokens: Mapping[str, str]) -> None:
        super().__init__(tokens)
        self.first: dict[str, Order] = {}

    def listed(self, items: list[Order], matching: list[Order], following: str | None) -> dict[str, Json]:
        return super().listed([self.first.get(o.id, o) for o in items], matching, following)

    def change(self, order: Order, **fields: Json) -> Order:
        self.first.setdefault(order.id, order)
        return super().change(order, **fields)
