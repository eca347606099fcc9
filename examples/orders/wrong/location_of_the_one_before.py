"""Location leads to the order that was opened before."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (4, "header")
LAW = "location-resolves"


class Wrong(Orders):
    before = ""

    def open(self, who: str, fields: Mapping[str, Json]) -> Response:
        response = super().open(who, fields)
        location = response.headers["Location"]
        response.headers["Location"], self.before = self.before or location, location
        return response
