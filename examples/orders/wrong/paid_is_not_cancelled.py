"""A paid order cannot be cancelled."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (35, "state")
LAW = "cell"


class Wrong(Orders):
    cancellable = ("draft",)
