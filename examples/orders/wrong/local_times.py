"""Times are written without a time zone."""

from __future__ import annotations

from datetime import datetime

from examples.orders.server import Orders

BREAKS = (7, "shape")
LAW = "shape"


class Wrong(Orders):
    def time(self, moment: datetime) -> str:
        return super().time(moment).removesuffix("Z")
