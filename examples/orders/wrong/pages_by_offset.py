"""Pages are counted by position, so that removing an order hides another one."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from examples.orders.asking import Ask
from examples.orders.server import Orders

BREAKS = (31, "list")
LAW = "list-agrees"


class Wrong(Orders):
    async def browse(self, ask: Ask) -> Response:
        page = self.page(ask)
        matching = self.matching(self.authorized(ask), page)
        items = matching[page.after : page.after + page.limit]
        end = page.after + len(items)
        following = self.cursor(replace(items[-1], number=end)) if end < len(matching) else None
        return self.json(200, self.listed(items, matching, following))
