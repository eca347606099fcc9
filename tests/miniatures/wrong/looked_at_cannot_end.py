"""A session whose status was asked twice cannot be ended any more (404)."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/active/endMultiSession",)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return self.multi_not_found(session.id) if session.reads > 1 else super().multi_end_active(session)
