"""Ending a session that never was is answered 200."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/absent/endMultiSession",)


class Wrong(Honest):
    def multi_end_unknown(self, token: str) -> Reply:
        return self.json(200, {"success": True, "message": "Multi-session ended successfully"})
