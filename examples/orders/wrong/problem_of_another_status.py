"""The status in the body of a 404 is 400."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.server import Orders

BREAKS = (41, "shape")
LAW = "shape"


class Wrong(Orders):
    def problem(self, status: int, detail: str) -> Response:
        response = super().problem(status, detail)
        if status == 404:
            response.body = bytes(response.body).replace(b"404", b"400")
        return response
