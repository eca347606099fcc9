"""Ending a running session is answered 404."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.wire import Reply

CAUGHT_BY = ("iplaygames/lifecycle/multi-session/active/endMultiSession",)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return self.multi_not_found(session.id)
