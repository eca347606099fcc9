"""Ending a session twice is answered 500."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/endMultiSession/no-server-error",
    "equos/sessionPassesControllerStopV3/no-server-error",
)
#: may break as a consequence, depending on how far a run goes on
ALSO = (
    "equos/sessionPassesControllerStopV3/documented-statuses",
    "equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def multi_end_ended(self, session: MultiSession) -> Reply:
        return self.multi_error(500, "Server Error")

    def pass_stop_stopped(self, found: Pass) -> Reply:
        return self.nest(500, "Internal Server Error", "Cannot read properties of null")
