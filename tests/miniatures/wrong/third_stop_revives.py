"""The third stop answers with the session again."""

from __future__ import annotations

from miniatures.honest import Honest
from miniatures.session_passes import Pass
from miniatures.wire import Reply

CAUGHT_BY = ("equos/lifecycle/session-pass/stopped/sessionPassesControllerStopV3",)


class Wrong(Honest):
    def pass_stop_stopped(self, found: Pass) -> Reply:
        return self.pass_stop_running(found) if found.stops == 3 else super().pass_stop_stopped(found)
