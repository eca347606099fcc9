"""A cancelled order can be cancelled again."""

from __future__ import annotations

from examples.orders.server import Orders

BREAKS = (35, "state")
LAW = "cell"


class Wrong(Orders):
    cancellable = ("draft", "paid", "cancelled")
