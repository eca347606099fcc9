"""A note with characters beyond ASCII crashes the server."""

from __future__ import annotations

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (42, "crash")
LAW = "no-server-error"


class Wrong(Orders):
    def read_new(self, document: Json) -> dict[str, Json]:
        fields = super().read_new(document)
        (fields["note"] or "").encode("ascii")
        return fields
