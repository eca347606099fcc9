"""The end has another message than the documented one."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/promise/acknowledgement-message",)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return self.json(200, {"success": True, "message": "OK"})
