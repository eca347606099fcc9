"""The list shows orders of every state, whatever state says."""

from __future__ import annotations

from examples.orders.asking import Ask, Page
from examples.orders.server import Orders

BREAKS = (29, "list")
LAW = "promise"


class Wrong(Orders):
    def page(self, ask: Ask) -> Page:
        page = super().page(ask)
        return Page(None, page.limit, page.after)
