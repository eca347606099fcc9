"""A cancelled order cannot be removed."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (26, "state")
LAW = "cell"


class Wrong(Orders):
    deletable = ("draft",)
