"""The numbered promises of examples/orders/README.md, each as a few requests that show whether it is kept."""

from __future__ import annotations

from orders_api import changing, opening, settling
from orders_api.kit import PROMISES

__all__ = ["PROMISES", "changing", "opening", "settling"]
