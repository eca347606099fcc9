"""The last order of the last page is missing when there was a page before."""

from __future__ import annotations

import json

from starlette.responses import Response

from examples.orders.asking import Ask, Page
from examples.orders.order import Order
from examples.orders.server import Orders

BREAKS = (31, "list")
LAW = "list-agrees"


class Wrong(Orders):
    def items(self, rest: list[Order], page: Page) -> list[Order]:
        items = super().items(rest, page)
        return items[:-1] if page.after and len(items) > 1 and len(items) == len(rest) else items

    async def browse(self, ask: Ask) -> Response:
        response = await super().browse(ask)
        document = json.loads(bytes(response.body))
        if self.page(ask).after and len(document["items"]) < self.page(ask).limit:
            document["next"] = None
        return self.json(200, document)
