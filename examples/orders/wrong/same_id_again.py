"""Every eighth order gets the id of the one before, which is gone then."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (5, "write")
LAW = "unique-ids"


class Wrong(Orders):
    last = ""

    def new_id(self) -> str:
        self.last = self.last if self.made % 8 == 0 else super().new_id()
        return self.last
