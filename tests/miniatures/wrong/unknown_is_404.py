"""Stopping a session that never was is answered 404."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.wire import Reply

CAUGHT_BY = (
    "equos/sessionPassesControllerStopV3/documented-statuses",
    "equos/lifecycle/session-pass/absent/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def pass_stop_unknown(self, session_id: str) -> Reply:
        return self.nest(404, "Not Found", "Session not found")
