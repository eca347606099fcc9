"""Stopping one session stops every other one."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = (
    "equos/lifecycle/session-pass/running/sessionPassesControllerStopV3",
    "equos/lifecycle/session-pass/law/isolation",
)


class Wrong(Honest):
    def pass_stop_running(self, found: Pass) -> Reply:
        for other in self.passes.values():
            other.stopped = found.stopped
        return super().pass_stop_running(found)
