"""Errors are plain text."""

from __future__ import annotations

from starlette.responses import Response

from examples.orders.server import Orders

BREAKS = (41, "shape")
LAW = "content-type"


class Wrong(Orders):
    def problem(self, status: int, detail: str) -> Response:
        plain = Response(detail, status, media_type="text/plain")
        if status == 401:
            plain.headers["WWW-Authenticate"] = "Bearer"
        return plain
