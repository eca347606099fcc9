"""An end is answered 202 with the right body."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/endMultiSession/documented-statuses",
    "equos/sessionPassesControllerStopV3/documented-statuses",
    "iplaygames/lifecycle/multi-session/active/endMultiSession",
    "equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",
)


class Wrong(Honest):
    def multi_end_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_end_active(session), status=202)

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), status=202)
