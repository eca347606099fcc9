"""The second stop is answered 409."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "equos/sessionPassesControllerStopV3/documented-statuses",
    "equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def pass_stop_stopped(self, found: Pass) -> Reply:
        return self.nest(409, "Conflict", "Session already stopped")
