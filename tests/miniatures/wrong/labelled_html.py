"""JSON labelled text/html."""

from __future__ import annotations

from dataclasses import replace

from miniatures.honest import Honest
from miniatures.multi_sessions import MultiSession
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "iplaygames/getMultiSessionStatus/content-type/200",
    "equos/sessionPassesControllerStopV3/content-type/200",
)


class Wrong(Honest):
    def multi_status_active(self, session: MultiSession) -> Reply:
        return replace(super().multi_status_active(session), content_type="text/html; charset=utf-8")

    def pass_stop_running(self, found: Pass) -> Reply:
        return replace(super().pass_stop_running(found), content_type="text/html; charset=utf-8")
