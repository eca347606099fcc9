"""Stopping a session that never was answers with a session."""

from __future__ import annotations

from datetime import UTC, datetime

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/lifecycle/session-pass/absent/sessionPassesControllerStopV3",)


class Wrong(Honest):
    def pass_stop_unknown(self, session_id: str) -> Reply:
        asked = {"name": "Session", "avatar": {"id": "a"}, "agent": {"id": "b"}}
        now = datetime.now(UTC)
        return self.json(200, self.session(Pass(session_id, asked, now, now)))
