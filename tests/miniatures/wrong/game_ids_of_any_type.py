"""A game_ids that is no list is ignored instead of refused."""

from __future__ import annotations

from typing import Any

from miniatures.honest import Honest
from miniatures.wire import Request

CAUGHT_BY = ("iplaygames/startAMultiSession/rejects/body/game_ids/type",)


class Wrong(Honest):
    def document(self, request: Request) -> Any:
        document = super().document(request)
        if isinstance(document, dict) and not isinstance(document.get("game_ids", []), list):
            del document["game_ids"]
        return document
