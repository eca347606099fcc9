"""A start whose body is not JSON is accepted."""

from __future__ import annotations

from typing import Any

from miniatures.honest import NOT_JSON, Honest
from miniatures.wire import Request

CAUGHT_BY = ("iplaygames/startAMultiSession/rejects/body/well-formed",)


class Wrong(Honest):
    def document(self, request: Request) -> Any:
        document = super().document(request)
        if document is NOT_JSON:
            return {"player_id": "guest", "currency": "USD", "country_code": "US", "ip_address": "192.0.2.1"}
        return document
