"""Location leads to an order that does not exist."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from starlette.responses import Response

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (4, "header")
LAW = "location-resolves"


class Wrong(Orders):
    def open(self, who: str, fields: Mapping[str, Json]) -> Response:
        response = super().open(who, fields)
        response.headers["Location"] = f"/orders/{uuid.uuid4()}"
        return response
