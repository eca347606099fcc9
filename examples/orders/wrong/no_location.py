"""A new order is answered without Location."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (4, "header")
LAW = "header"


class Wrong(Orders):
    def open(self, who: str, fields: Mapping[str, Json]) -> Response:
        response = super().open(who, fields)
        del response.headers["Location"]
        return response
