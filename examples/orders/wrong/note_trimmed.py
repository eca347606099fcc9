"""Spaces at the ends of a note are cut off."""

from __future__ import annotations

from examples.orders.order import Json
from examples.orders.server import Orders

BREAKS = (6, "write")
LAW = "read-your-writes"


class Wrong(Orders):
    def read_new(self, document: Json) -> dict[str, Json]:
        fields = super().read_new(document)
        return {**fields, "note": fields["note"] and fields["note"].strip()}
