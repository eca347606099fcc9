"""A 401 comes without WWW-Authenticate."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.server import Orders

BREAKS = (1, "header")
LAW = "header"


class Wrong(Orders):
    def problem(self, status: int, detail: str) -> Response:
        response = super().problem(status, detail)
        if status == 401:
            del response.headers["WWW-Authenticate"]
        return response
