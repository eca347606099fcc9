"""The 404 of the status says `success: true`."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/getMultiSessionStatus/promise/not-found-says-failure",)


class Wrong(Honest):
    def multi_status_unknown(self, token: str) -> Reply:
        return self.json(404, {"success": True, "message": "Multi-session not found"})
