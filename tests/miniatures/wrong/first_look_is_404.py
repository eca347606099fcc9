"""The first look at a new session finds nothing; the second does."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/active/getMultiSessionStatus",)


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        first = session.reads == 1
        return self.multi_not_found(session.id) if first else super().multi_status_active(session)
