"""The end says success with a string."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/endMultiSession/shape/200",)
#: may break as a consequence, depending on how far a run goes on
ALSO = ("iplaygames/endMultiSession/promise/*",)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return self.json(200, {"success": "true", "message": "Multi-session ended successfully"})
