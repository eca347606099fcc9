"""A limit of zero is taken for one."""

from __future__ import annotations

from examples.orders.asking import Ask, Page
from examples.orders.server import Orders

BREAKS = (30, "list")
LAW = "rejects"


class Wrong(Orders):
    def page(self, ask: Ask) -> Page:
        if ask.request.query_params.get("limit") == "0":
            return Page(ask.request.query_params.get("state"), 1, 0)
        return super().page(ask)
