"""A start whose body is no object is accepted."""

from __future__ import annotations

from typing import Any

from miniatures.honest import NO_BODY, NOT_JSON, Honest
from miniatures.wire import Request

CAUGHT_BY = ("iplaygames/startAMultiSession/rejects/body/type",)


class Wrong(Honest):
    def document(self, request: Request) -> Any:
        document = super().document(request)
        if document in (NO_BODY, NOT_JSON) or isinstance(document, dict):
            return document
        return {"player_id": "guest", "currency": "USD", "country_code": "US", "ip_address": "192.0.2.1"}
