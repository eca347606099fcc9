"""The end of a running session says `success: false`."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/promise/acknowledges-success",)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return self.json(200, {"success": False, "message": "Multi-session ended successfully"})
