"""A note of more than 200 characters crashes the server."""

from __future__ import annotations

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "no-server-error"


class Wrong(Orders):
    def read_new(self, document: Json) -> dict[str, Json]:
        if (
            isinstance(document, dict)
            and isinstance(document.get("note"), str)
            and len(document["note"]) > 200
        ):
            raise MemoryError
        return super().read_new(document)
