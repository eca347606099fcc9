"""A start without a body is accepted."""

from __future__ import annotations

from typing import Any

from miniatures.honest import NO_BODY, Honest
from miniatures.wire import Request

CAUGHT_BY = ("iplaygames/startAMultiSession/rejects/body/required",)


class Wrong(Honest):
    def document(self, request: Request) -> Any:
        document = super().document(request)
        if document is NO_BODY:
            return {"player_id": "guest", "currency": "USD", "country_code": "US", "ip_address": "192.0.2.1"}
        return document
